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
  const persons = await syncTable(step.tx, people, [
    ...list.map((user) => ({ id: user.id, values: { ...personValues(user), ...birth.get(user.id) } })),
    ...birth.others.map(({ id, values }) => ({ id, values })),
  ])
  const touched = new Set([...persons].filter(([, outcome]) => outcome === 'changed').map(([id]) => id))
  await returnHere(step, list, first)
  const of = (kind: Kind) => list.filter(({ kinds }) => kinds.has(kind))
  const others = (kind: Kind) => birth.others.filter((each) => each.kind === kind)
  const plain = (id: string): Wanted => ({ id, values: {} })
  const pupilOutcomes = await syncTable(
    step.tx,
    pupils,
    [
      ...of('pupil').map((user) => pupilWanted(step, user, first)),
      ...others('pupil').map(({ id }) => plain(id)),
    ],
    touched,
  )
  const staffOutcomes = await syncTable(
    step.tx,
    staff,
    [...of('staff').map((user) => staffWanted(user)), ...others('staff').map(({ id }) => plain(id))],
    touched,
  )
  const contactOutcomes = await syncTable(
    step.tx,
    contacts,
    of('contact').map(({ id }) => plain(id)),
    touched,
  )
  await enrol(
    step,
    of('pupil').filter(({ id }) => pupilOutcomes.get(id) === 'created'),
    first,
  )
  await linkContacts(step, users)
  step.log('pupils', pupilOutcomes, (id) => ({ pupilId: id }))
  step.log('staff', staffOutcomes)
  step.log('contacts', contactOutcomes)
  for (const { id } of list)
    step.count('users', combined([pupilOutcomes.get(id), staffOutcomes.get(id), contactOutcomes.get(id)]))
  countDependants(step, users, birth, persons)
  await leave(step, step.files.users.filter(isGone))
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

const personValues = ({ row }: ImportedUser): Wanted['values'] => ({
  legalGivenName: row.cell('givenName'),
  legalMiddleNames: textOf(row, 'middleName'),
  legalFamilyName: row.cell('familyName'),
  preferredGivenName: textOf(row, 'preferredGivenName'),
  preferredFamilyName: textOf(row, 'preferredFamilyName'),
  email: textOf(row, 'email'),
  phone: textOf(row, 'phone', 'sms'),
})

/** Numbers under which the school knows somebody; 1.1's `identifier` is often made into a username. */
const numberOf = (row: Row, type: string): string =>
  userIdsOf(row.cell('userIds')).get(type) || row.cell('identifier') || row.cell('username') || row.id

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
    defaults: { enrolmentStatus: 'C', enrolledOn: first(row.id), upn: null, uln: null },
  }
}

const staffWanted = ({ id, row, role }: ImportedUser): Wanted => ({
  id,
  values: {
    code: numberOf(row, 'staffcode'),
    kind: role === '' ? undefined : role === 'teacher' ? 'teaching' : 'support',
  },
  // What the school calls the post is the school's to say.
  defaults: { role: `${role.charAt(0).toUpperCase()}${role.slice(1)}`, kind: 'support' },
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
