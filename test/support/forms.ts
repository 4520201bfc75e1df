import { addDays, type Session, weekday } from '../../src/foundation/time/days.ts'
import type { Caller } from './caller.ts'

export interface Form {
  id: string
  /** In order. */
  pupils: readonly string[]
}

/** A school that is there to have its registers taken, in a year that is over. */
export interface Forms {
  year: string
  forms: readonly Form[]
}

/** Where a register stands: the form is the writer's own. */
export interface Occasion {
  date: string
  session: Session
}

/** Names an occasion of a form. */
export const keyOf = (form: string, { date, session }: Occasion) => `${form} ${date} ${session}`

/** Both days belong to it. */
export const yearSpan = { startsOn: '2024-09-01', endsOn: '2025-08-31' }
const firstMonday = '2024-09-02'

/** The sessions of whole weeks of the year, oldest first; the first week is 0. */
export function occasionsOf(firstWeek: number, weeks: number): Occasion[] {
  const dates = Array.from({ length: 7 * weeks }, (_, at) => addDays(firstMonday, 7 * firstWeek + at))
  return dates
    .filter((date) => weekday(date) <= 5)
    .flatMap((date) => (['AM', 'PM'] as const).map((session) => ({ date, session })))
}

export async function makeForms({ make }: Caller, count: number, size: number): Promise<Forms> {
  const made = async (path: string, body: object) => (await make(path, body)).body
  const { id: year } = await made('/academic-years', {
    ...yearSpan,
    name: '2024/25',
    cycleWeeks: 1,
    cycleStartsOn: firstMonday,
  })
  await made('/terms', { ...yearSpan, academicYearId: year, name: 'All year' })
  const codes = Array.from({ length: count }, (_, at) => `7${String.fromCharCode(65 + at)}`)
  const groups = await Promise.all(
    codes.map((code) =>
      made('/groups', { kind: 'registration', code, name: code, academicYearId: year, yearGroup: 7 }),
    ),
  )
  const { ids } = await made('/pupils/batch', {
    items: Array.from({ length: count * size }, (_, at) => ({
      admissionNumber: `A${String(at).padStart(4, '0')}`,
      legalGivenName: `Given${at}`,
      legalFamilyName: `Family${at % 7}`,
      yearGroup: 7,
      enrolledOn: '2024-09-01',
    })),
  })
  const forms = groups.map(({ id }, at) => ({ id, pupils: ids.slice(at * size, (at + 1) * size).sort() }))
  await made('/memberships/batch', {
    items: forms.flatMap(({ id, pupils }) =>
      pupils.map((pupilId: string) => ({ groupId: id, pupilId, role: 'pupil', validFrom: '2024-09-01' })),
    ),
  })
  return { year, forms }
}
