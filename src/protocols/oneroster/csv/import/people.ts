import { sql } from 'drizzle-orm'
import { type Outcome, syncTable, type Wanted } from '../../../../operations/imports/sync.ts'
import { contacts } from '../../../../records/contacts/table.ts'
import { people } from '../../../../records/people/table.ts'
import { faultOfUln, faultOfUpn } from '../../../../records/pupils/identifiers.ts'
import { pupils } from '../../../../records/pupils/table.ts'
import { staff } from '../../../../records/staff/table.ts'
import type { Row } from '../read/read.ts'
import { userIdsOf } from '../read/values.ts'
import type { ImportedCalendar } from './calendar.ts'
import { linkContacts } from './contacts.ts'
import { type BirthOf, birthOf } from './demographics.ts'
import { enrol, firstDays, leave, returnHere } from './roll.ts'
import { isGone, orNull, type Step } from './step.ts'
import { gradeOf, type ImportedUser, type Kind, usersOf } from './users.ts'

/** Pupils, staff and contacts; demographics belong to them. */
export async function importPeople(step: Step, calendar: ImportedCalendar): Promise<void> {
  const users = await usersOf(step)
  const birth = await birthOf(step, users)
  const first = firstDays(step, calendar)
  const list = [...users.values()]
  const persons = await storePersons(step, list, birth)
  await returnHere(step, list, first)
  const stored = await storeKinds(step, list, { birth, first, persons })
  await enrol(
    step,
    list.filter(({ id }) => stored.pupil.get(id) === 'created'),
    first,
  )
  await linkContacts(step, users)
  step.log('pupils', stored.pupil, (id) => ({ pupilId: id }))
  step.log('staff', stored.staff)
  step.log('contacts', stored.contact)
  for (const { id } of list) step.count('users', combined(Object.values(stored).map((each) => each.get(id))))
  countDependants(step, users, birth, persons)
  await leave(step, step.files.users.filter(isGone))
}

type Outcomes = ReadonlyMap<string, Outcome>

async function storePersons(step: Step, list: readonly ImportedUser[], birth: BirthOf): Promise<Outcomes> {
  const names = await namesIn(step, list)
  return syncTable(step.tx, people, [
    ...list.map((user) => ({
      id: user.id,
      values: { ...personValues(step, user), ...names(user), ...birth.get(user.id) },
      defaults: legalNames(user),
    })),
    ...birth.others.map(({ id, values }) => ({ id, values })),
  ])
}

interface Known {
  birth: BirthOf
  first(userId: string): string
  persons: Outcomes
}

/** What each person is; whoever's person has changed has changed as a pupil, member of staff or contact. */
async function storeKinds(
  step: Step,
  list: readonly ImportedUser[],
  { birth, first, persons }: Known,
): Promise<Record<Kind, Outcomes>> {
  const touched = new Set([...persons].filter(([, outcome]) => outcome === 'changed').map(([id]) => id))
  const store = (
    table: Parameters<typeof syncTable>[1],
    kind: Kind,
    wanted: (user: ImportedUser) => Wanted,
  ) =>
    syncTable(
      step.tx,
      table,
      [
        ...list.filter(({ kinds }) => kinds.has(kind)).map(wanted),
        ...birth.others.filter((each) => each.kind === kind).map(({ id }) => ({ id, values: {} })),
      ],
      touched,
    )
  return {
    pupil: await store(pupils, 'pupil', (user) => pupilWanted(step, user, first)),
    staff: await store(staff, 'staff', staffWanted),
    contact: await store(contacts, 'contact', ({ id }) => ({ id, values: {} })),
  }
}

/** What became of somebody who is more than one thing at the school. */
function combined(outcomes: readonly (Outcome | undefined)[]): Outcome {
  return (['changed', 'created', 'unchanged'] as const).find((one) => outcomes.includes(one)) ?? 'unchanged'
}

/** A cell that is empty is nothing; of a column that is not there nothing is said. */
const textOf = (row: Row, ...columns: string[]): string | null | undefined =>
  columns.some((column) => row.has(column))
    ? orNull(columns.map((column) => row.cell(column)).find((text) => text !== '') ?? '')
    : undefined

/** Of staff this system never tells the telephone number. */
const isKeptTo = ({ isOwn }: Step, { kinds }: ImportedUser) => isOwn && kinds.has('staff')

const personValues = (step: Step, user: ImportedUser): Wanted['values'] => ({
  legalMiddleNames: textOf(user.row, 'middleName'),
  email: textOf(user.row, 'email'),
  phone: isKeptTo(step, user) ? undefined : textOf(user.row, 'phone', 'sms'),
})

const legalNames = ({ row }: ImportedUser) => ({
  legalGivenName: row.cell('givenName'),
  legalFamilyName: row.cell('familyName'),
})

type Names = (user: ImportedUser) => Wanted['values']

/**
 * Names as the file has them: legal ones and those by which people are called. A file without the latter, such as 1.1, may
 * mean either: whoever is called so here keeps both. Another name is the legal one, but in 1.1 of this system's making.
 */
async function namesIn(step: Step, list: readonly ImportedUser[]): Promise<Names> {
  const { isOwn, notes } = step
  const called = await calledHere(step, list)
  const isCalledOnly = isOwn && notes.report.version === '1.1'
  return (user) => {
    const { row } = user
    const preferred = ['preferredGivenName', 'preferredFamilyName'] as const
    if (preferred.some((column) => row.has(column)))
      return {
        ...legalNames(user),
        preferredGivenName: textOf(row, 'preferredGivenName'),
        preferredFamilyName: textOf(row, 'preferredFamilyName'),
      }
    const [given, family] = isCalledOnly ? preferred : (['legalGivenName', 'legalFamilyName'] as const)
    const known = called.get(user.id)
    return {
      [given]: !known || known.given === row.cell('givenName') ? undefined : row.cell('givenName'),
      [family]: !known || known.family === row.cell('familyName') ? undefined : row.cell('familyName'),
    }
  }
}

async function calledHere({ tx }: Step, list: readonly ImportedUser[]) {
  const ids = `{${list.map(({ id }) => id).join(',')}}`
  const rows = await tx.sql<{ id: string; given: string; family: string }>(sql`
    select id, coalesce(preferred_given_name, legal_given_name) as given, coalesce(preferred_family_name, legal_family_name) as family
    from people where school_id = ${tx.schoolId} and id = any(${ids}::uuid[])`)
  return new Map(rows.map((each) => [each.id, each]))
}

/** The number under which the school knows somebody, as the file says it; 1.1's `identifier` is often made into a username. */
const numberOf = (row: Row, type: string): string | undefined =>
  userIdsOf(row.cell('userIds')).get(type) || row.cell('identifier') || undefined

/** For who is new and has none. */
const anyNumber = (row: Row): string => row.cell('username') || row.id

function pupilWanted({ notes }: Step, user: ImportedUser, first: (id: string) => string): Wanted {
  const { row } = user
  const ids = userIdsOf(row.cell('userIds'))
  const checked = (type: string, fault: (text: string) => string | undefined) => {
    const text = ids.get(type)
    const reason = text && fault(text)
    if (reason) notes.refuse('users', row, 'userIds', reason)
    return text && !reason ? text : null
  }
  return {
    id: user.id,
    values: {
      admissionNumber: numberOf(row, 'admissionnumber'),
      yearGroup: gradeOf(row),
      upn: ids.has('upn') ? checked('upn', faultOfUpn) : undefined,
      uln: ids.has('uln') ? checked('uln', faultOfUln) : undefined,
    },
    defaults: {
      admissionNumber: anyNumber(row),
      enrolmentStatus: 'C',
      enrolledOn: first(row.id),
      upn: null,
      uln: null,
    },
  }
}

const staffWanted = ({ id, row, role }: ImportedUser): Wanted => ({
  id,
  values: {
    code: numberOf(row, 'staffcode'),
    kind: role === '' ? undefined : role === 'teacher' ? 'teaching' : 'support',
  },
  // What the school calls the post is the school's to say.
  defaults: {
    code: anyNumber(row),
    role: `${role.charAt(0).toUpperCase()}${role.slice(1)}`,
    kind: 'support',
  },
})

/** Demographics and roles are parts of a person here: each counts as what became of the person. */
function countDependants(
  { files, count, notes }: Step,
  users: ReadonlyMap<string, ImportedUser>,
  birth: BirthOf,
  persons: ReadonlyMap<string, Outcome>,
): void {
  const outcomeOf = (id: string | undefined) => persons.get(id ?? '') ?? 'ignored'
  for (const row of files.demographics)
    if (!notes.isRefused('demographics', row.id)) count('demographics', outcomeOf(birth.idOf(row.id)))
  for (const row of files.roles) count('roles', outcomeOf(users.get(row.cell('userSourcedId'))?.id))
}
