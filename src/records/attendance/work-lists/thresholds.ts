import type { Actor, Database, TextRow } from '../../../foundation/db/transaction.ts'
import { readTogether } from '../../../foundation/db/transaction.ts'
import { problem } from '../../../foundation/http/problems.ts'
import { today } from '../../../foundation/time/clock.ts'
import { addDays, mondayOf } from '../../../foundation/time/days.ts'
import { calendarFrom, readCalendar } from '../../calendar/queries.ts'
import { absenceOf, absencePercent, isPersistentlyAbsent, isSeverelyAbsent, possibleOf } from '../figures.ts'
import { type Counts, countMarks, expand, type Mark } from '../packing.ts'
import {
  continuousUnauthorised,
  illnessDays,
  sessionsForNotice,
  sessionsForSickness,
  unauthorisedInTenWeeks,
} from '../statistics/thresholds.ts'
import { readMarksSince } from './queries.ts'
import type { thresholds } from './schema.ts'

export interface Crossed {
  pupilId: string
  threshold: (typeof thresholds)[number]
  reachedOn: string | null
  sessions: number
  possible: number | null
  percent: number | null
}

/** Ten school weeks reach back over the summer holiday. */
const weeksBack = 26

type Threshold = Crossed['threshold']

/** Pupils who have crossed a threshold in the academic year, up to and including a day; only one of them where it is named. */
export async function crossedBy(
  db: Database,
  who: Actor,
  asked: string | undefined,
  only?: Threshold,
): Promise<Crossed[]> {
  const day = asked ?? today(db.clock)
  const [days = []] = await readTogether(db, who, [{ query: readCalendar, values: {} }])
  const { calendar } = calendarFrom(days)
  const year = calendar.yearOf(day)
  if (!year) throw problem('rule-broken', { detail: `No academic year covers ${day}.` })
  const from =
    only === undefined || only === 'ten-unauthorised-sessions' ? weeksBefore(year.startsOn) : year.startsOn
  const until = addDays(day, 1)
  const [rows = []] = await readTogether(db, who, [
    { query: readMarksSince, values: { from, until, holds: null } },
  ])
  const schoolDays = calendar.schoolDays(from, until)
  const school = { yearStart: year.startsOn, schoolDays, weeks: [...new Set(schoolDays.map(mondayOf))] }
  const ofPupils = Map.groupBy(rows, ([pupilId]) => pupilId as string)
  return [...ofPupils].flatMap(([pupilId, own]) =>
    crossedIn(own, school)
      .filter(({ threshold }) => only === undefined || threshold === only)
      .map((crossed) => ({ pupilId, ...crossed })),
  )
}

const weeksBefore = (day: string) => addDays(day, -weeksBack * 7)

interface School {
  yearStart: string
  schoolDays: readonly string[]
  weeks: readonly string[]
}

/** The texts are counted first: who has too few marks of a kind is spared the rule that looks at each. */
function crossedIn(rows: readonly TextRow[], { yearStart, schoolDays, weeks }: School): Found[] {
  const ofYear = rows.find(([, startsOn]) => (startsOn as string) >= yearStart)?.[2] ?? ''
  const counts = countMarks(ofYear)
  const all = rows.reduce((sum, [, , marks]) => sum + countMarks(marks as string).unauthorised, 0)
  const found = sharesOf(counts)
  if (all < sessionsForNotice && counts.authorised < sessionsForSickness) return found
  const marks = rows.flatMap(([, startsOn, text]) => expand(text as string, startsOn as string))
  const present = marks.filter(({ date }) => date >= yearStart)
  return [
    ...found,
    ...noticeOf(marks, weeks, yearStart),
    ...illnessOf(present),
    ...spellOf(present, schoolDays),
  ]
}

type Found = Omit<Crossed, 'pupilId'>

function sharesOf(counts: Counts): Found[] {
  if (!isPersistentlyAbsent(counts)) return []
  const share = {
    reachedOn: null,
    sessions: absenceOf(counts),
    possible: possibleOf(counts),
    percent: absencePercent(counts),
  }
  return [
    { threshold: 'persistent-absence', ...share },
    ...(isSeverelyAbsent(counts) ? [{ threshold: 'severe-absence' as const, ...share }] : []),
  ]
}

function noticeOf(marks: readonly Mark[], weeks: readonly string[], yearStart: string): Found[] {
  const { most, reachedOn } = unauthorisedInTenWeeks(marks, weeks)
  if (reachedOn === null || reachedOn < yearStart) return []
  return [
    { threshold: 'ten-unauthorised-sessions', reachedOn, sessions: most, possible: null, percent: null },
  ]
}

function illnessOf(marks: readonly Mark[]): Found[] {
  const { days, reachedOn } = illnessDays(marks)
  if (reachedOn === null) return []
  return [
    { threshold: 'fifteen-days-of-illness', reachedOn, sessions: days * 2, possible: null, percent: null },
  ]
}

function spellOf(marks: readonly Mark[], schoolDays: readonly string[]): Found[] {
  const { days, reachedOn } = continuousUnauthorised(marks, schoolDays)
  if (reachedOn === null) return []
  return [
    { threshold: 'ten-days-unauthorised', reachedOn, sessions: days * 2, possible: null, percent: null },
  ]
}
