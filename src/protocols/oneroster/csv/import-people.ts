import { type Outcome, syncTable, type Wanted } from '../../../operations/imports/sync.ts'
import { contacts, pupilContacts } from '../../../records/contacts/table.ts'
import { people } from '../../../records/people/table.ts'
import { faultOfUln, faultOfUpn } from '../../../records/pupils/identifiers.ts'
import { enrolments, pupils } from '../../../records/pupils/table.ts'
import { staff } from '../../../records/staff/table.ts'
import type { Step } from './import.ts'
import type { ImportedCalendar } from './import-calendar.ts'
import type { Row } from './read.ts'
import { BadValue, dayOf, listOf, userIdsOf, yearOfGrade } from './values.ts'

type Kind = 'pupil' | 'staff' | 'contact'

/** A user of the file, with the record that it became. */
export interface ImportedUser {
  id: string
  isNew: boolean
  row: Row
  kind: Kind
  role: string
}

export type ImportedPeople = ReadonlyMap<string, ImportedUser>

const kinds: Readonly<Record<string, Kind>> = {
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

/** Pupils, staff and contacts; demographics belong to them. */
export async function importPeople(step: Step, calendar: ImportedCalendar): Promise<ImportedPeople> {
  const users = await usersOf(step)
  const birth = birthOf(step)
  const first = firstDays(step, calendar)
  const list = [...users.values()]
  const persons = await syncTable(
    step.tx,
    people,
    list.map((user) => ({ ...identity(user), values: personValues(user, birth) })),
  )
  const touched = new Set([...persons].filter(([, outcome]) => outcome === 'changed').map(([id]) => id))
  const of = (kind: Kind) => list.filter((user) => user.kind === kind)
  const stored = [
    await syncTable(
      step.tx,
      pupils,
      of('pupil').map((user) => pupilWanted(step, user, first)),
      touched,
    ),
    await syncTable(step.tx, staff, of('staff').map(staffWanted), touched),
    await syncTable(
      step.tx,
      contacts,
      of('contact').map((user) => ({ ...identity(user), values: {} })),
      touched,
    ),
  ] as const
  const [pupilOutcomes, staffOutcomes, contactOutcomes] = stored
  await enrol(step, of('pupil'), first)
  await linkContacts(step, users)
  step.log('pupils', pupilOutcomes, (id) => id)
  step.log('staff', staffOutcomes)
  step.log('contacts', contactOutcomes)
  for (const outcomes of stored) for (const outcome of outcomes.values()) step.count('users', outcome)
  countDependants(step, users, persons)
  return users
}

const identity = ({ id, isNew }: ImportedUser) => ({ id, isNew })

async function usersOf({ files, notes, book, count }: Step): Promise<Map<string, ImportedUser>> {
  const ids = await book('users')
  const roles = new Map(files.roles.map((row) => [row.cell('userSourcedId'), row]))
  const users = new Map<string, ImportedUser>()
  for (const row of files.users) {
    const role = (roles.get(row.id)?.cell('role') || row.cell('role')).toLowerCase()
    const kind = kinds[role.replace(/[\s_-]/g, '')]
    if (row.cell('status').toLowerCase() === 'tobedeleted') {
      count('users', 'ignored')
      notes.notice('users.csv: users to be deleted are not removed; end their enrolment here.')
    } else if (!kind)
      notes.refuse(
        'users',
        row,
        'role',
        role ? `The role "${role.slice(0, 40)}" is not known.` : 'The user has no role.',
      )
    else if (kind === 'pupil' && gradeOf(row) === undefined)
      notes.refuse('users', row, 'grades', `"${row.cell('grades').slice(0, 40)}" names no year group.`)
    else users.set(row.id, { ...ids.idOf(row.id), row, kind, role })
  }
  return users
}

const gradeOf = (row: Row) =>
  listOf(row.cell('grades'))
    .map(yearOfGrade)
    .find((year) => year !== undefined)

type Birth = ReadonlyMap<string, { birthDate: string | null; sex: string | null }>

function birthOf({ files, notes }: Step): Birth {
  const found = new Map<string, { birthDate: string | null; sex: string | null }>()
  const races = ['asian', 'white', 'blackOrAfricanAmerican', 'hispanicOrLatinoEthnicity']
  for (const row of files.demographics) {
    try {
      const birthDate = dayOf(row.cell('birthDate') || row.cell('birthdate'))
      found.set(row.id, { birthDate, sex: sexOf(row.cell('sex')) })
    } catch (error) {
      if (!(error instanceof BadValue)) throw error
      notes.refuse('demographics', row, 'birthDate', error.message)
    }
    if (races.some((column) => row.cell(column) !== ''))
      notes.notice(
        'demographics.csv: American race and ethnicity flags have no place in an English school census and are not imported.',
      )
  }
  return found
}

function sexOf(text: string): string | null {
  if (text === '') return null
  return { male: 'M', female: 'F', m: 'M', f: 'F' }[text.toLowerCase()] ?? 'U'
}

const orNull = (text: string) => (text === '' ? null : text)

function personValues({ row }: ImportedUser, birth: Birth): Record<string, unknown> {
  const { birthDate = null, sex = null } = birth.get(row.id) ?? {}
  return {
    legalGivenName: row.cell('givenName'),
    legalMiddleNames: orNull(row.cell('middleName')),
    legalFamilyName: row.cell('familyName'),
    preferredGivenName: orNull(row.cell('preferredGivenName')),
    preferredFamilyName: orNull(row.cell('preferredFamilyName')),
    email: orNull(row.cell('email')),
    phone: orNull(row.cell('phone') || row.cell('sms')),
    birthDate,
    sex,
  }
}

function pupilWanted({ notes }: Step, user: ImportedUser, first: (id: string) => string): Wanted {
  const { row } = user
  const ids = userIdsOf(row.cell('userIds'))
  const checked = (type: string, fault: (text: string) => string | undefined) => {
    const text = ids.get(type)
    const reason = text && fault(text)
    if (reason) notes.refuse('users', row, 'userIds', reason)
    return text && !reason ? text : null
  }
  const enrolledOn = first(row.id)
  return {
    ...identity(user),
    values: {
      admissionNumber: row.cell('identifier') || row.cell('username') || row.id,
      yearGroup: gradeOf(row),
      ...(ids.has('upn') && { upn: checked('upn', faultOfUpn) }),
      ...(ids.has('uln') && { uln: checked('uln', faultOfUln) }),
    },
    defaults: { enrolmentStatus: 'C', enrolledOn, upn: null, uln: null },
  }
}

function staffWanted(user: ImportedUser): Wanted {
  const { row, role } = user
  return {
    ...identity(user),
    values: {
      code: row.cell('identifier') || row.cell('username') || row.id,
      role: `${role.charAt(0).toUpperCase()}${role.slice(1)}`,
      kind: role === 'teacher' ? 'teaching' : 'support',
    },
  }
}

/** The first day on which a pupil is in a class of the file; the start of the first year where the file does not say. */
function firstDays({ files }: Step, calendar: ImportedCalendar): (userId: string) => string {
  const starts = [...calendar.years.values()].map(({ startsOn }) => startsOn).sort()
  const first = new Map<string, string>()
  for (const row of files.enrollments) {
    const day = /^\d{4}-\d{2}-\d{2}/.exec(row.cell('beginDate'))?.[0]
    const user = row.cell('userSourcedId')
    if (day && day < (first.get(user) ?? '9999')) first.set(user, day)
  }
  return (userId) => first.get(userId) ?? starts[0] ?? '2000-09-01'
}

async function enrol(
  { tx, log }: Step,
  list: readonly ImportedUser[],
  first: (id: string) => string,
): Promise<void> {
  const fresh = list.filter(({ isNew }) => isNew)
  const wanted = fresh.map(({ id, row }) => ({
    id,
    isNew: true,
    values: { pupilId: id, status: 'C', validFrom: first(row.id) },
  }))
  const outcomes = await syncTable(tx, enrolments, wanted)
  log('enrolments', outcomes, (id) => id)
}

/** `agents` of a student are contacts; OneRoster does not say what they are to the pupil. */
async function linkContacts({ tx, book, log }: Step, users: ImportedPeople): Promise<void> {
  const ids = await book('agents')
  const pupilOf = new Map<string, string>()
  const wanted: Wanted[] = []
  for (const user of users.values()) {
    if (user.kind !== 'pupil') continue
    for (const [at, agent] of listOf(user.row.cell('agentSourcedIds')).entries()) {
      const contact = users.get(agent)
      if (contact?.kind !== 'contact') continue
      const link = ids.idOf(`${user.row.id} ${agent}`)
      pupilOf.set(link.id, user.id)
      const relationship = contact.role.charAt(0).toUpperCase() + contact.role.slice(1)
      wanted.push({
        ...link,
        values: { pupilId: user.id, contactId: contact.id, relationship, priority: at + 1 },
      })
    }
  }
  log('pupil-contacts', await syncTable(tx, pupilContacts, wanted), (id) => pupilOf.get(id))
}

/** Demographics and roles are parts of a person here: each counts as what became of the person. */
function countDependants(
  { files, count, notes }: Step,
  users: ImportedPeople,
  persons: ReadonlyMap<string, Outcome>,
): void {
  const outcomeOf = (userId: string) => persons.get(users.get(userId)?.id ?? '') ?? 'ignored'
  for (const row of files.demographics)
    if (!notes.isRefused('demographics', row.id)) count('demographics', outcomeOf(row.id))
  for (const row of files.roles) count('roles', outcomeOf(row.cell('userSourcedId')))
}
