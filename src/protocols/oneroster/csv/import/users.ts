import { sql } from 'drizzle-orm'
import type { Row } from '../read/read.ts'
import { listOf, yearOfGrade } from '../read/values.ts'
import { isGone, type Step } from './step.ts'

export type Kind = 'pupil' | 'staff' | 'contact'

/** A user of the file, with the record that it becomes. */
export interface ImportedUser {
  id: string
  row: Row
  /** What the person is at the school: somebody may teach and be a parent. */
  kinds: ReadonlySet<Kind>
  /** The first role, as the file says it. */
  role: string
}

/** The role words of both versions, in small letters and without spaces. */
const kindOfRole: Readonly<Record<string, Kind>> = {
  student: 'pupil',
  teacher: 'staff',
  administrator: 'staff',
  aide: 'staff',
  proctor: 'staff',
  districtadministrator: 'staff',
  principal: 'staff',
  sitetechnicaladministrator: 'staff',
  siteadministrator: 'staff',
  systemadministrator: 'staff',
  counselor: 'staff',
  guardian: 'contact',
  parent: 'contact',
  relative: 'contact',
}

/** The users of the file who are to stay, by their ids in it. A user of whom nothing can be made is refused. */
export async function usersOf(step: Step): Promise<Map<string, ImportedUser>> {
  const { files, notes, book } = step
  const ids = await book('users')
  const rows = files.users.filter((row) => !isGone(row))
  const roles = Map.groupBy(
    files.roles.filter((row) => !isGone(row)),
    (row) => row.cell('userSourcedId'),
  )
  const known = await knownKinds(
    step,
    rows.map(({ id }) => ids.known(id)),
  )
  const agents = new Set(rows.filter(mayHaveAgents).flatMap((row) => listOf(row.cell('agentSourcedIds'))))
  const users = new Map<string, ImportedUser>()
  for (const row of rows) {
    const said = wordsOf(row, roles.get(row.id) ?? [])
    const kinds =
      said.length > 0 ? new Set(said.flatMap(kindOf)) : new Set(known.get(ids.known(row.id) ?? ''))
    // Whoever is the agent of a student is a contact, whatever else.
    if (agents.has(row.id) && !kinds.has('pupil') && kinds.size > 0) kinds.add('contact')
    const fault = faultOf(row, said, kinds)
    if (fault) notes.refuse('users', row, fault.field, fault.reason)
    else users.set(row.id, { id: ids.idOf(row.id), row, kinds, role: said[0] ?? '' })
  }
  return users
}

const kindOf = (role: string): Kind[] => {
  const kind = kindOfRole[role.replace(/[\s_-]/g, '')]
  return kind ? [kind] : []
}

/** The agents of a guardian are children. */
const mayHaveAgents = (row: Row) =>
  !['guardian', 'parent', 'relative'].includes(row.cell('role').toLowerCase())

/** Primary roles first; 1.1 has one in the row itself. */
function wordsOf(row: Row, roles: readonly Row[]): string[] {
  const isPrimary = (role: Row) => role.cell('roleType').toLowerCase() === 'primary'
  const ordered = [...roles.filter(isPrimary), ...roles.filter((role) => !isPrimary(role))]
  const words = ordered.length > 0 ? ordered.map((role) => role.cell('role')) : [row.cell('role')]
  return words.map((word) => word.toLowerCase()).filter((word) => word !== '')
}

function faultOf(
  row: Row,
  said: readonly string[],
  kinds: ReadonlySet<Kind>,
): { field: string; reason: string } | undefined {
  const unknown = said.find((role) => kindOf(role).length === 0)
  if (unknown !== undefined)
    return { field: 'role', reason: `The role "${unknown.slice(0, 40)}" is not known.` }
  if (kinds.size === 0) return { field: 'role', reason: 'The user has no role.' }
  if (kinds.has('pupil') && gradeOf(row) === undefined)
    return { field: 'grades', reason: `"${row.cell('grades').slice(0, 40)}" names no year group.` }
  return undefined
}

export const gradeOf = (row: Row): number | undefined =>
  listOf(row.cell('grades'))
    .map(yearOfGrade)
    .find((year) => year !== undefined)

/** What persons of the school are already, for a delta that says no role. */
export async function knownKinds(
  { tx }: Step,
  ids: readonly (string | undefined)[],
): Promise<ReadonlyMap<string, readonly Kind[]>> {
  const asked = `{${ids.filter((id) => id !== undefined).join(',')}}`
  const rows = await tx.sql<{ id: string; kind: Kind }>(sql`
    select id, 'pupil' as kind from pupils where school_id = ${tx.schoolId} and id = any(${asked}::uuid[])
    union all select id, 'staff' from staff where school_id = ${tx.schoolId} and id = any(${asked}::uuid[])
    union all select id, 'contact' from contacts where school_id = ${tx.schoolId} and id = any(${asked}::uuid[])`)
  const kinds = new Map<string, Kind[]>()
  for (const { id, kind } of rows) kinds.set(id, [...(kinds.get(id) ?? []), kind])
  return kinds
}
