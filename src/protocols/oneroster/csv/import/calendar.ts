import { sql } from 'drizzle-orm'
import { addDays, mondayOf } from '../../../../foundation/time/days.ts'
import { removeUnused, syncTable, type Wanted } from '../../../../operations/imports/sync.ts'
import { academicYears, terms } from '../../../../records/calendar/table.ts'
import { madeIdOf } from '../read/made-ids.ts'
import type { Row } from '../read/read.ts'
import { BadValue, dayOf } from '../read/values.ts'
import { isGone, type Step } from './step.ts'

/** An academic year or a term. */
export interface Span {
  id: string
  startsOn: string
  endsOn: string
}

/** The calendar as it stands after the file, by the ids of the file and of earlier ones. */
export interface ImportedCalendar {
  /** The year or term that a session is. */
  spanOf(sessionId: string): Span | undefined
  /** The academic year of a session, itself or above it. */
  yearOf(sessionId: string): Span | undefined
  /** The id of the grading period that a session is or is in; undefined for a year, which is in none. */
  periodOf(sessionId: string): string | undefined
  years: readonly Span[]
}

/** A row of academicSessions.csv that is a year or a term. */
interface Session extends Span {
  row: Row
}

/** Academic years and terms. */
export async function importCalendar(step: Step): Promise<ImportedCalendar> {
  const { files, count, notes, book } = step
  const kept = files.academicsessions.filter((row) => !isGone(row))
  const years = await sessionsAmong(step, kept, (type) => type === 'schoolyear')
  const termed = await sessionsAmong(step, kept, (type) => type === 'term' || type === 'semester')
  await storeYears(step, years)
  const ids = await book('academicSessions')
  const parents = new Map(files.academicsessions.map((row) => [row.id, row.cell('parentSourcedId')]))
  await storeTerms(step, termed, await readCalendar(step, (id) => ids.known(id), parents))
  await removeGone(step, files.academicsessions.filter(isGone))
  const refused = kept.filter(({ id }) => notes.isRefused('academicsessions', id)).length
  const others = kept.length - years.length - termed.length - refused
  count('academicsessions', 'ignored', others)
  if (others > 0) notes.notice('academicSessions.csv: grading periods are not imported.')
  return readCalendar(step, (id) => ids.known(id), parents)
}

/** Years and terms of the school, whoever made them. */
async function readCalendar(
  { tx }: Step,
  recordOf: (sourceId: string) => string | undefined,
  parents: ReadonlyMap<string, string>,
): Promise<ImportedCalendar> {
  const rows = await tx.sql<Span & { yearId: string } & Record<string, unknown>>(sql`
    select id, id as "yearId", starts_on as "startsOn", ends_on as "endsOn" from academic_years where school_id = ${tx.schoolId}
    union all select id, academic_year_id, starts_on, ends_on from terms where school_id = ${tx.schoolId} order by "startsOn"`)
  const spans = new Map(rows.map((row) => [row.id, row]))
  const terms = rows.filter(({ id, yearId }) => id !== yearId)
  const periods = new Map(terms.map(({ id }) => [id, madeIdOf('gradingPeriod', id)]))
  const made = new Set(periods.values())
  const spanOf = (sessionId: string) => spans.get(recordOf(sessionId) ?? '')
  /** The first that is found of a session and those above it. */
  function upwards<T>(sessionId: string, find: (id: string) => T | undefined): T | undefined {
    for (let at: string | undefined = sessionId, hops = 0; at && hops < 10; at = parents.get(at), hops++) {
      const found = find(at)
      if (found !== undefined) return found
    }
    return undefined
  }
  return {
    spanOf,
    yearOf: (sessionId) => spans.get(upwards(sessionId, spanOf)?.yearId ?? ''),
    periodOf: (sessionId) =>
      upwards(sessionId, (id) => (made.has(id) ? id : periods.get(recordOf(id) ?? ''))),
    years: rows.filter(({ id, yearId }) => id === yearId),
  }
}

async function sessionsAmong(
  { notes, book }: Step,
  rows: readonly Row[],
  isWanted: (type: string) => boolean,
): Promise<Session[]> {
  const ids = await book('academicSessions')
  return rows.flatMap((row) => {
    if (!isWanted(row.cell('type').toLowerCase())) return []
    try {
      const startsOn = dayOf(row.cell('startDate')) as string
      // OneRoster's end dates are exclusive.
      const endsOn = addDays(dayOf(row.cell('endDate')) as string, -1)
      if (endsOn <= startsOn) throw new BadValue('The session ends before it starts.')
      return [{ id: ids.idOf(row.id), row, startsOn, endsOn }]
    } catch (error) {
      if (!(error instanceof BadValue)) throw error
      notes.refuse('academicsessions', row, 'endDate', error.message)
      return []
    }
  })
}

async function storeYears(step: Step, years: readonly Session[]): Promise<void> {
  const wanted: Wanted[] = years.map(({ id, row, startsOn, endsOn }) => ({
    id,
    values: { name: row.cell('title'), startsOn, endsOn },
    defaults: { cycleWeeks: 1, cycleStartsOn: mondayOf(startsOn), cycleSkipsClosedWeeks: true },
  }))
  const outcomes = await syncTable(step.tx, academicYears, wanted)
  for (const outcome of outcomes.values()) step.count('academicsessions', outcome)
  step.log('academic-years', outcomes)
}

async function storeTerms(
  step: Step,
  termed: readonly Session[],
  { yearOf }: ImportedCalendar,
): Promise<void> {
  const wanted = termed.flatMap(({ id, row, startsOn, endsOn }): Wanted[] => {
    const year = yearOf(row.id)
    if (year) return [{ id, values: { academicYearId: year.id, name: row.cell('title'), startsOn, endsOn } }]
    const reason = 'The term belongs to no school year of the file.'
    step.notes.refuse('academicsessions', row, 'parentSourcedId', reason)
    return []
  })
  const outcomes = await syncTable(step.tx, terms, wanted)
  for (const outcome of outcomes.values()) step.count('academicsessions', outcome)
  step.log('terms', outcomes)
}

/** What others keep no longer goes as well, unless classes are still in it. */
async function removeGone({ tx, book, known, count, log, notes }: Step, rows: readonly Row[]): Promise<void> {
  const ids = await book('academicSessions')
  const there = await known(
    'academicsessions',
    rows.map(({ id }) => id),
  )
  for (const row of rows) {
    const id = ids.known(row.id)
    if (id === undefined || !there.has(row.id)) {
      count('academicsessions', 'ignored')
      continue
    }
    const [isTerm] = await tx.sql(sql`select 1 from terms where school_id = ${tx.schoolId} and id = ${id}`)
    const isRemoved = await removeUnused(tx, isTerm ? terms : academicYears, id)
    count('academicsessions', isRemoved ? 'removed' : 'ignored')
    if (isRemoved) log(isTerm ? 'terms' : 'academic-years', new Map([[id, 'removed']]))
    else notes.notice(`academicSessions.csv: ${row.id} is to be deleted, but is still in use and stays.`)
  }
}
