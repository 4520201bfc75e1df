import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import type { TextRow, Tx } from '../../foundation/db/transaction.ts'
import { today } from '../../foundation/time/clock.ts'
import { packCode } from '../../records/attendance/packing.ts'
import type { LogEntry } from '../feed/log.ts'
import type { Fact, Kind } from './rules.ts'

const value = (name: string) => sql.placeholder(name)
const school = value('school')
const ids = sql`${value('ids')}::uuid[]`
const day = sql`${value('today')}::date`

/** Marks of the pupils who stand in some session registers, as packed. */
const readMarks = compile(sql`
  select r.id, r.date, r.session, a.pupil_id, substr(a.marks, (r.date - a.starts_on) * 2 + case when r.session = 'PM' then 2 else 1 end, 1)
  from registers r
  join attendance_years a on a.school_id = r.school_id and r.date >= a.starts_on and r.date < a.starts_on + 371
    and a.pupil_id = any(${value('pupils')}::uuid[])
  join academic_years y on y.school_id = a.school_id and y.id = a.academic_year_id and r.date between y.starts_on and y.ends_on
  where r.school_id = ${school} and r.id = any(${ids}) and r.kind = 'session'`)

const readResults = compile(sql`
  select r.id, r.pupil_id, r.type, r.value, a.name, s.publishes_at,
    (select t.value from results t where t.school_id = r.school_id and t.pupil_id = r.pupil_id and t.aspect_id = r.aspect_id
       and t.type = 'T' and t.numeric_value is not null and r.numeric_value >= t.numeric_value order by t.recorded_at desc limit 1)
  from results r
  join aspects a on a.school_id = r.school_id and a.id = r.aspect_id
  join result_sets s on s.school_id = r.school_id and s.id = r.result_set_id
  where r.school_id = ${school} and r.type <> 'T' and (r.id = any(${ids}) or r.result_set_id = any(${value('sets')}::uuid[]))`)

const readLessons = compile(sql`
  select c.id, m.pupil_id, c.kind, coalesce(c.to_date, c.date), g.name
  from lesson_changes c
  join timetable_entries e on e.school_id = c.school_id and e.id = c.entry_id
  join groups g on g.school_id = e.school_id and g.id = e.group_id
  join memberships m on m.school_id = g.school_id and m.group_id = g.id and m.pupil_id is not null
    and m.valid_from <= c.date and (m.valid_until is null or m.valid_until > c.date)
  where c.school_id = ${school} and c.id = any(${ids}) and greatest(c.date, coalesce(c.to_date, c.date)) >= ${day}`)

const attendanceKinds = new Map<string, Kind>([
  [packCode('L'), 'late'],
  [packCode('N'), 'reason-needed'],
])

/** What some entries of the log have to tell, and what is no longer so. */
export interface Found {
  facts: Fact[]
  /** Records whose droplets go, but for those that are told anew. */
  stale: { recordId: string; pupilIds: readonly string[] | null }[]
}

export async function factsIn(tx: Tx, entries: readonly LogEntry[]): Promise<Found> {
  const of = (resource: string) => entries.filter((entry) => entry.resource === resource)
  const marks = of('registers').filter(({ fields, pupilIds }) => fields?.includes('marks') && pupilIds)
  const sets = of('result-sets').filter(({ fields }) => fields?.includes('publishesAt'))
  const [attendance, results, lessons] = [
    await attendanceFacts(tx, marks),
    await resultFacts(tx, of('results'), sets),
    await lessonFacts(tx, of('lesson-changes')),
  ]
  return {
    facts: [...attendance, ...results, ...lessons],
    stale: [
      ...marks.map(({ recordId, pupilIds }) => ({ recordId, pupilIds })),
      ...[...of('results'), ...of('lesson-changes')].map(({ recordId }) => ({ recordId, pupilIds: null })),
    ],
  }
}

/** Of today only: a register that is mended a week later is no news. */
async function attendanceFacts(tx: Tx, entries: readonly LogEntry[]): Promise<Fact[]> {
  if (entries.length === 0) return []
  const pupils = new Map(entries.map((entry) => [entry.recordId, new Set<string>()]))
  for (const { recordId, pupilIds } of entries) for (const id of pupilIds ?? []) pupils.get(recordId)?.add(id)
  const rows = await tx.rows(readMarks, {
    ids: [...pupils.keys()],
    pupils: [...new Set(entries.flatMap(({ pupilIds }) => pupilIds ?? []))],
  })
  const now = tx.clock.now().toISOString()
  const day = today(tx.clock)
  return rows.flatMap((row): Fact[] => {
    const [recordId, date, session, pupilId, mark] = row as string[]
    const kind = attendanceKinds.get(mark as string)
    if (!kind || date !== day || !pupils.get(recordId as string)?.has(pupilId as string)) return []
    return [
      {
        kind,
        pupilId: pupilId as string,
        resource: 'registers',
        recordId: recordId as string,
        facts: { date: date as string, session: session as string },
        happenedAt: now,
        publishesAt: now,
      },
    ]
  })
}

async function resultFacts(tx: Tx, results: readonly LogEntry[], sets: readonly LogEntry[]): Promise<Fact[]> {
  if (results.length + sets.length === 0) return []
  const rows = await tx.rows(readResults, {
    ids: results.map(({ recordId }) => recordId),
    sets: sets.map(({ recordId }) => recordId),
  })
  const now = tx.clock.now().toISOString()
  return rows.flatMap((row) => factsOfResult(row, now))
}

function factsOfResult(row: TextRow, now: string): Fact[] {
  const [recordId, pupilId, type, result, aspect, publishes, target] = row as string[]
  const published = publishes ? new Date(publishes).toISOString() : null
  const fact = {
    pupilId: pupilId as string,
    resource: 'results',
    recordId: recordId as string,
    happenedAt: now,
    publishesAt: published !== null && published < now ? now : published,
  }
  const facts = { aspect: aspect as string, value: result as string, type: type as string }
  const told: Fact[] = [{ ...fact, kind: 'result-published', facts }]
  return target ? [...told, { ...fact, kind: 'target-met', facts: { ...facts, target } }] : told
}

async function lessonFacts(tx: Tx, entries: readonly LogEntry[]): Promise<Fact[]> {
  if (entries.length === 0) return []
  const rows = await tx.rows(readLessons, {
    ids: entries.map(({ recordId }) => recordId),
    today: today(tx.clock),
  })
  const now = tx.clock.now().toISOString()
  return rows.map((row) => {
    const [recordId, pupilId, change, date, group] = row as string[]
    return {
      kind: 'lesson-changed',
      pupilId: pupilId as string,
      resource: 'lesson-changes',
      recordId: recordId as string,
      facts: { date: date as string, change: change as string, group: group as string },
      happenedAt: now,
      publishesAt: now,
    }
  })
}
