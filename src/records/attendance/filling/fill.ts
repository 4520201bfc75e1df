import type { Tx } from '../../../foundation/db/transaction.ts'
import { problem, refuse } from '../../../foundation/http/problems.ts'
import { today } from '../../../foundation/time/clock.ts'
import { daysBetween, type Session } from '../../../foundation/time/days.ts'
import { calendarFrom, readCalendar } from '../../calendar/queries.ts'
import { addCounts } from '../figures.ts'
import { type ActKind, type NewEntry, recordAct } from '../history/acts.ts'
import { blank, emptyYear, packCode, positionOf, unpackCode, writeMarks } from '../packing.ts'
import { startYears, writeYears } from '../queries.ts'
import { faultsOfMarks } from '../registers/checks.ts'
import { lockRegisters, touchRegisters } from '../registers/other-registers.ts'
import { type YearRow, yearColumns, yearRowsFrom } from '../registers/session-marks.ts'
import { lockYearsOf, readOnRoll } from './queries.ts'

/** Marks that are written without a register: ahead of the day, or for many pupils at once. */
export interface Fill {
  kind: Extract<ActKind, 'filled' | 'closed' | 'arrived'>
  pupilIds: readonly string[]
  /** Whether each of them was named by the caller, so that one who is not on the roll is a fault. */
  isNamed?: boolean
  sessions: readonly SessionOfDay[]
  /** null takes marks away that were filled. */
  code: string | null
  minutesLate?: number | null
  comment?: string | null | undefined
  reason?: string | undefined
  deviceAt?: string | undefined
  decidedBy?: { name: string; position: string } | undefined
  /** Which packed mark yields. */
  yields: (current: string, place: PupilSession) => boolean
}

export interface SessionOfDay {
  date: string
  session: Session
}

export interface PupilSession extends SessionOfDay {
  pupilId: string
}

export interface Filled {
  /** Marks that are different now. */
  written: readonly PupilSession[]
  /** Marks that did not yield. */
  kept: readonly (PupilSession & { code: string })[]
}

/** Marks of one request; more would hold the locks for too long. */
const mostMarks = 50_000

/** Writes a code into every session in which a pupil is on the roll and whose mark yields: all or nothing. */
export async function fillMarks(tx: Tx, fill: Fill): Promise<Filled> {
  if (fill.pupilIds.length * fill.sessions.length > mostMarks)
    throw problem('rule-broken', { detail: `At most ${mostMarks} marks in one request.` })
  const days = calendarFrom(await tx.rows(readCalendar))
  const places = await placesOnRoll(tx, fill)
  if (fill.isNamed) refuseStrangers(fill, places)
  await lockRegisters(tx, places)
  const years = await lockedYears(tx, fill, days.calendar.yearOf)
  const changes: Change[] = []
  const kept: (PupilSession & { code: string })[] = []
  for (const place of places) {
    const row = years.get(`${yearIdOf(days.calendar.yearOf, place.date)} ${place.pupilId}`) as YearRow
    const was = row.marks.charAt(positionOf(row.startsOn, place.date, place.session)) || blank
    const becomes = packCode(fill.code)
    if (was === becomes) continue
    if (fill.yields(was, place)) changes.push({ ...place, was, becomes, row })
    else kept.push({ ...place, code: unpackCode(was) ?? '' })
  }
  await check(tx, fill, changes, days.closures)
  await store(tx, fill, changes)
  return { written: changes.map(({ pupilId, date, session }) => ({ pupilId, date, session })), kept }
}

interface Change extends PupilSession {
  was: string
  becomes: string
  row: YearRow
}

async function placesOnRoll(tx: Tx, { pupilIds, sessions }: Fill): Promise<PupilSession[]> {
  const dates = [...new Set(sessions.map(({ date }) => date))]
  if (dates.length === 0 || pupilIds.length === 0) return []
  const rows = await tx.rows(readOnRoll, { pupils: pupilIds, dates })
  const onRoll = new Set(rows.map(([pupilId, date]) => `${pupilId} ${date}`))
  return pupilIds.flatMap((pupilId) =>
    sessions
      .filter(({ date }) => onRoll.has(`${pupilId} ${date}`))
      .map(({ date, session }) => ({ pupilId, date, session })),
  )
}

function refuseStrangers({ pupilIds }: Fill, places: readonly PupilSession[]): void {
  const found = new Set(places.map(({ pupilId }) => pupilId))
  refuse(
    pupilIds.flatMap((pupilId, at) =>
      found.has(pupilId)
        ? []
        : [{ path: `/pupilIds/${at}`, message: 'There is no such pupil on the roll in this time.' }],
    ),
  )
}

type YearOf = (date: string) => { id: string; startsOn: string; endsOn: string } | undefined

function yearIdOf(yearOf: YearOf, date: string): string {
  const year = yearOf(date)
  if (!year) throw problem('rule-broken', { detail: `No academic year covers ${date}; create it first.` })
  return year.id
}

/** The rows of every academic year that is touched, made where they are missing, by year and pupil. */
async function lockedYears(
  tx: Tx,
  { pupilIds, sessions }: Fill,
  yearOf: YearOf,
): Promise<Map<string, YearRow>> {
  const found = new Map<string, YearRow>()
  const ids = [...new Set(sessions.map(({ date }) => yearIdOf(yearOf, date)))].sort()
  for (const yearId of ids) {
    const { date } = sessions.find((each) => yearIdOf(yearOf, each.date) === yearId) as SessionOfDay
    const { startsOn, endsOn } = yearOf(date) as NonNullable<ReturnType<YearOf>>
    const values = { year: yearId, pupils: pupilIds }
    const empty = emptyYear(daysBetween(startsOn, endsOn) + 1)
    const [, rows] = await Promise.all([
      tx.rows(startYears, { ...values, startsOn, empty }),
      tx.rows(lockYearsOf, values),
    ])
    for (const [pupilId, row] of yearRowsFrom(rows)) found.set(`${yearId} ${pupilId}`, { ...row, yearId })
  }
  return found
}

async function check(
  tx: Tx,
  { code, reason, pupilIds }: Fill,
  changes: readonly Change[],
  closures: readonly { name: string; startsOn: string; endsOn: string; sessions: string }[],
): Promise<void> {
  const closureOf = ({ date, session }: SessionOfDay) =>
    closures.find(
      (each) => each.startsOn <= date && date <= each.endsOn && ['both', session].includes(each.sessions),
    )?.name ?? null
  if (code !== null) {
    const proposed = changes.map((change) => ({
      ...change,
      code,
      closure: closureOf(change),
      path: `/pupilIds/${pupilIds.indexOf(change.pupilId)}`,
    }))
    const faults = await faultsOfMarks(tx, proposed)
    // One fault a pupil and rule says enough.
    refuse([...new Map(faults.map((fault) => [`${fault.path} ${fault.message}`, fault])).values()])
  }
  const day = today(tx.clock)
  if (reason === undefined && changes.some(({ was, date }) => was !== blank && date < day))
    refuse([
      {
        path: '/reason',
        message: 'Recorded marks of an earlier day change: say why (SI 2024/208, regulation 6).',
      },
    ])
}

async function store(tx: Tx, fill: Fill, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  for (const [yearId, own] of Map.groupBy(changes, ({ row }) => row.yearId as string))
    await tx.rows(writeYears, { year: yearId, ...yearColumns(rewritten(own)) })
  const { kind, reason, deviceAt, decidedBy } = fill
  const dates = changes.map(({ date }) => date).sort()
  const days = { startsOn: dates[0] as string, endsOn: dates.at(-1) as string }
  const act = { kind, reason, deviceAt, decidedBy, ...(kind === 'closed' && { days }) }
  const id = await recordAct(tx, act, entriesOf(fill, changes))
  tx.log({
    resource: 'attendance-acts',
    recordId: id,
    action: 'created',
    pupilIds: [...new Set(changes.map(({ pupilId }) => pupilId))],
  })
  await touchRegisters(tx, changes)
}

function rewritten(changes: readonly Change[]): YearRow[] {
  return [...Map.groupBy(changes, ({ pupilId }) => pupilId).values()].map((own) => {
    const { row } = own[0] as Change
    const outcome = writeMarks(
      row.marks,
      own.map(({ date, session, becomes }) => ({
        position: positionOf(row.startsOn, date, session),
        code: unpackCode(becomes),
      })),
    )
    return { ...row, marks: outcome.marks, counts: addCounts(row.counts, outcome.delta) }
  })
}

/** A closure's act says of itself where nothing stood before. */
function entriesOf(
  { kind, minutesLate = null, comment = null }: Fill,
  changes: readonly Change[],
): NewEntry[] {
  return changes
    .filter(({ was }) => kind !== 'closed' || was !== blank)
    .map(({ pupilId, date, session, was, becomes }) => ({
      pupilId,
      date,
      session,
      lessonRegisterId: null,
      was,
      becomes,
      minutesLate,
      comment,
    }))
}
