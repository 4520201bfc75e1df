import type { DemoSchool } from '../../../src/operations/demo/rows.ts'
import { generateDemoSchool } from '../../../src/operations/demo/school.ts'

/** Days on which a demo school might be made: ordinary ones and the edges of the year. */
export const oddDays = ['2026-09-01', '2026-12-28', '2028-02-29', '2027-08-31', '2026-11-23']

const known = new Map<string, DemoSchool>()

/** The school of a day, made once for each test file. */
export function schoolOn(today: string, seed = 1): DemoSchool {
  const key = `${seed}/${today}`
  const school = known.get(key) ?? generateDemoSchool({ seed, today })
  known.set(key, school)
  return school
}

export function byId<T extends { id: string }>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [row.id, row]))
}

/** How many of a list answer yes, as a share. */
export function share<T>(rows: readonly T[], isMeant: (row: T) => boolean): number {
  return rows.filter(isMeant).length / rows.length
}
