import { addDays } from '../../../foundation/time/days.ts'
import type { ReadDay } from './dates.ts'
import type { Roster } from './roster.ts'
import type { v21Shapes } from './shapes.ts'
import type { Line, Tables } from './table.ts'
import { contactRoleOf, roleOf } from './words.ts'

export type V21Tables = Tables<keyof typeof v21Shapes>

/** Users with their roles at each organisation, their contacts and their birth dates. */
export function addPeople(roster: Roster, tables: V21Tables, day: ReadDay): void {
  const rolesOf = addRoles(roster, tables.roles, day)
  const contactsOf = linesBy(relationsOf(roster, tables, rolesOf), 'userSourcedId')
  const pupilsOf = linesBy([...contactsOf.values()].flat(), 'relationshipUserSourcedId')
  const schoolsOf = (user: string) => (rolesOf.get(user) ?? []).map((line) => line.cell('orgSourcedId'))
  for (const line of tables.users) {
    const id = line.cell('sourcedId')
    if (!roster.accepts('users', line, id, 'sourcedId')) continue
    const roles = rolesOf.get(id) ?? []
    const pupils = pupilsOf.get(id) ?? []
    const first = roles[0]
    // Contacts have no row in roles.csv: what they are, and where, follows from whose contacts they are.
    const role = first ? roleOf(first.cell('role')) : contactRoleOf(pupils[0]?.cell('relationshipRole') ?? '')
    const schools = first ? schoolsOf(id) : pupils.flatMap((pupil) => schoolsOf(pupil.cell('userSourcedId')))
    const contacts = (contactsOf.get(id) ?? []).map((each) => each.cell('relationshipUserSourcedId'))
    roster.add('users', line, id, {
      ...Object.fromEntries(personColumns.map((column) => [column, line.cell(column)])),
      role: role ?? '',
      orgSourcedIds: distinct(schools),
      agentSourcedIds: distinct(contacts),
      grades: roles.map((each) => each.cell('grade')).find(Boolean) ?? line.cell('grade'),
    })
  }
  addBirthDates(roster, tables, day)
}

const personColumns = [
  ...['givenName', 'middleName', 'familyName', 'username', 'email', 'phone', 'sms'],
  ...['preferredGivenName', 'preferredFamilyName'],
]

const distinct = (ids: readonly string[]) => [...new Set(ids)].join(',')

function linesBy(lines: readonly Line[], word: string): Map<string, Line[]> {
  const found = new Map<string, Line[]>()
  for (const line of lines) found.set(line.cell(word), [...(found.get(line.cell(word)) ?? []), line])
  return found
}

/** The roles of each user, the primary one first. */
function addRoles(roster: Roster, lines: readonly Line[], day: ReadDay): ReadonlyMap<string, Line[]> {
  const isPrimary = (line: Line) => /^(true|1)$/i.test(line.cell('isPrimary'))
  const taken = new Map<Line, { id: string; cells: Record<string, string> }>()
  const ids = new Set<string>()
  for (const line of lines) {
    const [user, org, role] = [line.cell('userSourcedId'), line.cell('orgSourcedId'), line.cell('role')]
    const id = `${user} ${org} ${role}`
    if (ids.has(id)) roster.refuse('roles', line, id, 'role', 'Another row says the same.')
    else if (roster.accepts('roles', line, id, 'userSourcedId')) {
      const time = roster.attempt('roles', line, id, 'roleEndDate', () => ({
        beginDate: day(line, 'roleStartDate'),
        endDate: after(day(line, 'roleEndDate')),
      }))
      if (!time) continue
      const roleType = isPrimary(line) ? 'primary' : 'secondary'
      ids.add(id)
      taken.set(line, {
        id,
        cells: { userSourcedId: user, orgSourcedId: org, role: roleOf(role), roleType, ...time },
      })
    }
  }
  const ordered = [...taken.keys()].sort((a, b) => Number(isPrimary(b)) - Number(isPrimary(a)))
  for (const line of ordered) {
    const { id, cells } = taken.get(line) as { id: string; cells: Record<string, string> }
    roster.add('roles', line, id, cells)
  }
  return linesBy(ordered, 'userSourcedId')
}

/** End dates are inclusive here and exclusive in OneRoster. */
const after = (day: string) => (day === '' ? '' : addDays(day, 1))

/** Relationships that make a contact; others are refused by name, since nothing else tells of them. */
function relationsOf(
  roster: Roster,
  { relationships, users }: V21Tables,
  rolesOf: ReadonlyMap<string, readonly Line[]>,
): Line[] {
  const known = new Set(users.filter(({ fault }) => !fault).map((line) => line.cell('sourcedId')))
  const faultOf = (line: Line): Line['fault'] => {
    const lost = ends.find((word) => !known.has(line.cell(word)))
    const [kind, other] = [line.cell('relationshipRole'), line.cell('relationshipUserSourcedId')]
    const role = rolesOf.get(other)?.[0]?.cell('role') ?? kind
    if (lost !== undefined) return { word: lost, reason: `There is no ${line.cell(lost)} in users.csv.` }
    if (contactRoleOf(kind) === undefined)
      return { word: 'relationshipRole', reason: `"${kind.slice(0, 40)}" makes nobody a contact here.` }
    if (roleOf(role) === 'student') return { word: ends[1], reason: "A student is nobody's contact here." }
    return undefined
  }
  return relationships.filter((line) => {
    const fault = line.fault ?? faultOf(line)
    const id = ends.map((word) => line.cell(word)).join(' ')
    if (fault) roster.refuse('users', line, id, fault.word, fault.reason)
    return !fault
  })
}

const ends = ['userSourcedId', 'relationshipUserSourcedId'] as const

function addBirthDates(roster: Roster, { demographics }: V21Tables, day: ReadDay): void {
  for (const line of demographics) {
    const id = line.cell('userSourcedId')
    if (!roster.accepts('demographics', line, id, 'userSourcedId')) continue
    const birthDate = roster.attempt('demographics', line, id, 'birthDate', () => day(line, 'birthDate'))
    if (birthDate !== undefined) roster.add('demographics', line, id, { birthDate, sex: line.cell('sex') })
  }
}
