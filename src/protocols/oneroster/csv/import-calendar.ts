import { addDays, mondayOf } from '../../../foundation/time/days.ts'
import { syncTable, type Wanted } from '../../../operations/imports/sync.ts'
import { academicYears, terms } from '../../../records/calendar/table.ts'
import type { Step } from './import.ts'
import type { Row } from './read.ts'
import { BadValue, dayOf } from './values.ts'

/** A year or term of the file, with the record that it became. */
export interface Session {
  id: string
  isNew: boolean
  row: Row
  startsOn: string
  /** Last day: OneRoster's end dates are exclusive. */
  endsOn: string
}

export interface ImportedCalendar {
  years: ReadonlyMap<string, Session>
  terms: ReadonlyMap<string, Session>
  /** The academic year of a session of the file, itself or above it. */
  yearOf(sessionId: string): Session | undefined
}

/** Academic years and terms. */
export async function importCalendar(step: Step): Promise<ImportedCalendar> {
  const { files, count, notes } = step
  const years = await sessionsOf(step, (type) => type === 'schoolyear')
  const termed = await sessionsOf(step, (type) => type === 'term' || type === 'semester')
  const parents = new Map(files.academicsessions.map((row) => [row.id, row.cell('parentSourcedId')]))
  const yearOf = (id: string): Session | undefined => {
    for (let at: string | undefined = id, hops = 0; at && hops < 10; at = parents.get(at), hops++) {
      const year = years.get(at)
      if (year) return year
    }
    return undefined
  }
  await storeYears(step, years)
  await storeTerms(step, termed, yearOf)
  const others = files.academicsessions.length - years.size - termed.size - refusedSessions(step)
  count('academicsessions', 'ignored', others)
  if (others > 0) notes.notice('academicSessions.csv: grading periods are not imported.')
  return { years, terms: termed, yearOf }
}

const refusedSessions = ({ files, notes }: Step) =>
  files.academicsessions.filter(({ id }) => notes.isRefused('academicsessions', id)).length

async function sessionsOf(
  { files, notes, book }: Step,
  isWanted: (type: string) => boolean,
): Promise<Map<string, Session>> {
  const ids = await book('academicSessions')
  const found = new Map<string, Session>()
  for (const row of files.academicsessions) {
    if (!isWanted(row.cell('type').toLowerCase())) continue
    try {
      const startsOn = dayOf(row.cell('startDate')) as string
      const endsOn = addDays(dayOf(row.cell('endDate')) as string, -1)
      if (endsOn <= startsOn) throw new BadValue('The session ends before it starts.')
      found.set(row.id, { ...ids.idOf(row.id), row, startsOn, endsOn })
    } catch (error) {
      if (!(error instanceof BadValue)) throw error
      notes.refuse('academicsessions', row, 'endDate', error.message)
    }
  }
  return found
}

async function storeYears(step: Step, years: ReadonlyMap<string, Session>): Promise<void> {
  const wanted: Wanted[] = [...years.values()].map(({ id, isNew, row, startsOn, endsOn }) => ({
    id,
    isNew,
    values: { name: row.cell('title'), startsOn, endsOn },
    defaults: { cycleWeeks: 1, cycleStartsOn: mondayOf(startsOn), cycleSkipsClosedWeeks: true },
  }))
  const outcomes = await syncTable(step.tx, academicYears, wanted)
  for (const outcome of outcomes.values()) step.count('academicsessions', outcome)
  step.log('academic-years', outcomes)
}

async function storeTerms(
  step: Step,
  termed: Map<string, Session>,
  yearOf: (id: string) => Session | undefined,
): Promise<void> {
  const wanted: Wanted[] = []
  for (const { id, isNew, row, startsOn, endsOn } of [...termed.values()]) {
    const year = yearOf(row.id)
    if (!year) {
      step.notes.refuse(
        'academicsessions',
        row,
        'parentSourcedId',
        'The term belongs to no school year of the file.',
      )
      termed.delete(row.id)
      continue
    }
    wanted.push({ id, isNew, values: { academicYearId: year.id, name: row.cell('title'), startsOn, endsOn } })
  }
  const outcomes = await syncTable(step.tx, terms, wanted)
  for (const outcome of outcomes.values()) step.count('academicsessions', outcome)
  step.log('terms', outcomes)
}
