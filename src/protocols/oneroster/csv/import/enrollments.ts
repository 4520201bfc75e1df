import { sql } from 'drizzle-orm'
import { today } from '../../../../foundation/time/clock.ts'
import { type Outcome, syncTable, type Wanted } from '../../../../operations/imports/sync.ts'
import { memberships } from '../../../../records/groups/table.ts'
import type { Files, Row } from '../read/read.ts'
import { BadValue, dayOf } from '../read/values.ts'
import type { ImportedCalendar } from './calendar.ts'
import type { ImportedClasses } from './classes.ts'
import {
  type Joined,
  matcher,
  overlap,
  readJoined,
  type Stored,
  stored,
  type Time,
  wordOf,
} from './joined.ts'
import { changedOn } from './roll.ts'
import { isGone, type Step } from './step.ts'

/** A row that becomes a membership. */
interface Membership extends Wanted {
  row: Row
  time: Time
}

/** Enrollments become memberships of groups. */
export async function importEnrollments(
  step: Step,
  calendar: ImportedCalendar,
  classes: ImportedClasses,
): Promise<void> {
  const [gone, kept] = byEnding(step.files)
  const joined = await readJoined(step, kept)
  const read = await membershipsOf(step, kept, joined, (row, group) => {
    const year = calendar.years.find(({ id }) => id === group.yearId) ?? calendar.years[0]
    return classes.get(row.cell('classSourcedId'))?.startsOn ?? year?.startsOn
  })
  const wanted = withoutOverlaps(step, read, joined)
  const about = new Map(wanted.map(({ id, values }) => [id, values as Record<string, string | null>]))
  const outcomes: ReadonlyMap<string, Outcome> = await syncTable(step.tx, memberships, wanted)
  for (const outcome of outcomes.values()) step.count('enrollments', outcome)
  step.log('memberships', outcomes, (id) => concerned(about.get(id)))
  await endGone(step, gone)
}

/** A row ends with its user and its class, whatever it says itself. */
function byEnding({ enrollments, users, classes }: Files): [Row[], Row[]] {
  const ending = new Set([...users, ...classes].filter(isGone).map(({ id }) => id))
  const isEnding = (row: Row) =>
    isGone(row) || ending.has(row.cell('userSourcedId')) || ending.has(row.cell('classSourcedId'))
  return [enrollments.filter(isEnding), enrollments.filter((row) => !isEnding(row))]
}

const concerned = (values: Readonly<Record<string, string | null>> | undefined) => ({
  pupilId: values?.pupilId ?? undefined,
  ...(values?.groupId && { groupId: values.groupId }),
  ...(values?.staffId && { staffId: values.staffId }),
})

type Group = { kind: string; yearId: string | null }

async function membershipsOf(
  step: Step,
  rows: readonly Row[],
  joined: Joined,
  firstDay: (row: Row, group: Group) => string | undefined,
): Promise<Membership[]> {
  const { notes, book } = step
  const [ids, users, groups] = [await book('enrollments'), await book('users'), await book('classes')]
  const match = matcher(joined)
  return rows.flatMap((row): Membership[] => {
    const personId = users.known(row.cell('userSourcedId')) ?? ''
    const groupId = groups.known(row.cell('classSourcedId')) ?? ''
    const group = joined.groups.get(groupId)
    const word = wordFor(row, personId, joined)
    if (!group || !word) {
      notes.refuse('enrollments', row, 'userSourcedId', 'Its user or class is none that is here.')
      return []
    }
    const own = joined.stored.get(ids.known(row.id) ?? '')
    const time = timeOf(step, row, own?.from ?? firstDay(row, group))
    if (!time) return []
    const known = own ?? match(groupId, personId, word, time)
    if (known && !own) ids.bind(row.id, known.id)
    return [
      membership(row, { id: known?.id ?? ids.idOf(row.id), groupId, personId, group, word, time, known }),
    ]
  })
}

interface Found {
  id: string
  groupId: string
  personId: string
  group: Group
  word: string
  time: Time
  known: Stored | undefined
}

/** Days that the row does not say stay as they are, and so does a role that OneRoster has no other word for. */
function membership(row: Row, { id, groupId, personId, group, word, time, known }: Found): Membership {
  const who = word === 'pupil' ? { pupilId: personId, staffId: null } : { pupilId: null, staffId: personId }
  // Whoever teaches a registration group is its tutor, unless the school says otherwise.
  const usual = word === 'teacher' && group.kind === 'registration' ? 'tutor' : word
  const role = known && wordOf(known.role) === word ? known.role : usual
  const says = { from: row.cell('beginDate') !== '', until: row.has('endDate') }
  const until = time.until === '9999' ? null : time.until
  return {
    id,
    row,
    time: {
      from: known && !says.from ? known.from : time.from,
      until: known && !says.until ? known.until : time.until,
    },
    values: {
      groupId,
      ...who,
      role,
      validFrom: known && !says.from ? undefined : time.from,
      validUntil: known && !says.until ? undefined : until,
    },
  }
}

/** What somebody is in a class: pupil, teacher or assistant. A contact is in none. */
function wordFor(row: Row, personId: string, { pupils, staff }: Joined): string | undefined {
  if (pupils.has(personId)) return 'pupil'
  if (!staff.has(personId)) return undefined
  return row.cell('role').toLowerCase() === 'teacher' ? 'teacher' : 'assistant'
}

/** From when until when (half-open); from another day where the row does not say. */
function timeOf({ notes }: Step, row: Row, otherwise: string | undefined): Time | undefined {
  try {
    const from = dayOf(row.cell('beginDate')) ?? otherwise
    const until = dayOf(row.cell('endDate')) ?? '9999'
    if (!from) throw new BadValue('Neither the row nor its class says when it begins.')
    if (until <= from) throw new BadValue('It ends before it begins.')
    return { from, until }
  } catch (error) {
    if (!(error instanceof BadValue)) throw error
    notes.refuse('enrollments', row, 'beginDate', error.message)
    return undefined
  }
}

const placeOf = (values: Readonly<Record<string, unknown>>) =>
  [values.groupId, values.pupilId ?? values.staffId, values.role].join(' ')

/** Somebody is in a group once at a time: a second row for the same time is refused, the first one stays. */
function withoutOverlaps(step: Step, wanted: readonly Membership[], { others }: Joined): Membership[] {
  const matched = new Set(wanted.map(({ id }) => id))
  const taken: Map<string, Time[]> = Map.groupBy(
    others.filter(({ id }) => !matched.has(id)),
    placeOf,
  )
  return wanted.filter(({ row, time, values }) => {
    const key = placeOf(values)
    const before = taken.get(key) ?? []
    const isTaken = before.some((other) => overlap(time, other))
    const reason = 'The user is in this class at this time already.'
    if (isTaken) step.notes.refuse('enrollments', row, 'userSourcedId', reason)
    else taken.set(key, [...before, time])
    return !isTaken
  })
}

/**
 * A row to be deleted ends its membership: on its end date, else on the day on which it was changed. One that would end
 * before it began was a mistake, and goes.
 */
async function endGone(step: Step, rows: readonly Row[]): Promise<void> {
  const { tx, book, count, log } = step
  const ids = await book('enrollments')
  const there = await membershipsWith(
    step,
    rows.flatMap(({ id }) => ids.known(id) ?? []),
  )
  const ended: Wanted[] = []
  const mistaken: string[] = []
  for (const row of rows) {
    const known = there.get(ids.known(row.id) ?? '')
    const end = known && endOf(step, row)
    if (!known || !end) count('enrollments', 'ignored')
    else if (end <= known.from) mistaken.push(known.id)
    else ended.push({ id: known.id, values: { validUntil: end < known.until ? end : undefined } })
  }
  const outcomes = await syncTable(tx, memberships, ended)
  for (const id of mistaken) outcomes.set(id, 'removed')
  await tx.sql(
    sql`delete from memberships where school_id = ${tx.schoolId} and id = any(${`{${mistaken.join(',')}}`}::uuid[])`,
  )
  for (const outcome of outcomes.values()) count('enrollments', outcome)
  log('memberships', outcomes, (id) => concerned(there.get(id)))
}

async function membershipsWith({ tx }: Step, ids: readonly string[]): Promise<ReadonlyMap<string, Stored>> {
  const found = await tx.sql<Stored>(
    sql`select ${stored} from memberships where school_id = ${tx.schoolId} and id = any(${`{${ids.join(',')}}`}::uuid[])`,
  )
  return new Map(found.map((each) => [each.id, each]))
}

function endOf({ tx, notes }: Step, row: Row): string | undefined {
  try {
    return dayOf(row.cell('endDate')) ?? changedOn(row) ?? today(tx.clock)
  } catch (error) {
    if (!(error instanceof BadValue)) throw error
    notes.refuse('enrollments', row, 'endDate', error.message)
    return undefined
  }
}
