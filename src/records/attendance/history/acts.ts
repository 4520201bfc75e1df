import { sql } from 'drizzle-orm'
import { compile } from '../../../foundation/db/compiled.ts'
import type { TextRow, Tx } from '../../../foundation/db/transaction.ts'
import { newId } from '../../../foundation/resource/rows.ts'

export type ActKind = 'taken' | 'amended' | 'derived' | 'filled' | 'closed' | 'arrived'

/** Name and position of a person, as SI 2024/208, regulation 6 wants them beside an amendment. */
export interface Decider {
  name: string
  position: string
}

/** One write of marks, whatever their number. */
export interface NewAct {
  kind: ActKind
  registerId?: string
  /** First and last day of a closure. */
  days?: { startsOn: string; endsOn: string }
  reason?: string | undefined
  /** The device's clock when the marks were made. */
  deviceAt?: string | undefined
  /** Who decided, where the app acts for nobody who has signed in. */
  decidedBy?: Decider | undefined
}

/** A mark of a pupil in a session, or in a lesson of it. */
export interface Place {
  pupilId: string
  date: string
  session: string
  /** The register of the lesson; null for a session mark. */
  lessonRegisterId: string | null
}

/** What became of one mark, in packed characters. */
export interface NewEntry extends Place {
  was: string
  becomes: string
  minutesLate: number | null
  comment: string | null
}

const value = (name: string) => sql.placeholder(name)
const list = (name: string, type: string) => sql`${value(name)}::${sql.raw(type)}[]`

/** Name and position are those of the person who has signed in, at this moment. */
const writeAct = compile(
  sql`insert into attendance_acts
        (school_id, id, kind, register_id, starts_on, ends_on, reason, acted_at, actor, name, position, device_at)
      values (${value('school')}, ${value('act')}, ${value('kind')}, ${value('register')}, ${value('startsOn')}, ${value('endsOn')},
        ${value('reason')}, ${value('at')}::timestamptz, ${value('actor')},
        coalesce(${value('name')}::text, (select concat_ws(' ', e.legal_given_name, e.legal_family_name) from people e
          where e.school_id = ${value('school')} and e.id = ${value('person')}::uuid)),
        coalesce(${value('position')}::text, (select s.role from staff s
          where s.school_id = ${value('school')} and s.id = ${value('person')}::uuid)),
        ${value('deviceAt')}::timestamptz)`,
)

const writeEntries = compile(
  sql`insert into mark_entries
        (school_id, pupil_id, date, session, act_id, lesson_register_id, was, becomes, minutes_late, comment)
      select ${value('school')}, x.pupil, x.date, x.session, ${value('act')}, x.lesson, x.was, x.becomes, x.minutes, x.comment
      from unnest(${list('pupils', 'uuid')}, ${list('dates', 'date')}, ${list('sessions', 'text')}, ${list('lessons', 'uuid')},
                  ${list('was', 'text')}, ${list('becomes', 'text')}, ${list('minutes', 'smallint')}, ${list('comments', 'text')})
           as x (pupil, date, session, lesson, was, becomes, minutes, comment)`,
)

/** Writes an act with its entries, in one flush; returns its id. */
export async function recordAct(tx: Tx, act: NewAct, entries: readonly NewEntry[]): Promise<string> {
  const id = newId()
  await Promise.all([
    tx.rows(writeAct, actValues(tx, id, act)),
    ...(entries.length === 0 ? [] : [tx.rows(writeEntries, { act: id, ...columnsOf(entries) })]),
  ])
  return id
}

function actValues(tx: Tx, id: string, { kind, registerId, days, reason, deviceAt, decidedBy }: NewAct) {
  return {
    act: id,
    kind,
    register: registerId ?? null,
    startsOn: days?.startsOn ?? null,
    endsOn: days?.endsOn ?? null,
    reason: reason ?? null,
    at: tx.clock.now().toISOString(),
    actor: tx.actor,
    person: tx.personId ?? null,
    name: decidedBy?.name ?? null,
    position: decidedBy?.position ?? null,
    deviceAt: deviceAt ?? null,
  }
}

function columnsOf(entries: readonly NewEntry[]) {
  const column = <K extends keyof NewEntry>(name: K) => entries.map((entry) => entry[name])
  return {
    pupils: column('pupilId'),
    dates: column('date'),
    sessions: column('session'),
    lessons: column('lessonRegisterId'),
    was: column('was'),
    becomes: column('becomes'),
    minutes: column('minutesLate'),
    comments: column('comment'),
  }
}

/** Who did what to a mark, as stored. */
export interface Entry {
  pupilId: string
  date: string
  session: string
  kind: ActKind
  registerId: string | null
  /** Packed characters. */
  was: string
  becomes: string
  minutesLate: number | null
  comment: string | null
  reason: string | null
  at: string
  actor: string
  name: string | null
  position: string | null
  deviceAt: string | null
}

const actColumns = sql`a.kind, a.register_id, a.reason, a.acted_at, a.actor, a.name, a.position, a.device_at`
const joinedAct = sql`join attendance_acts a on a.school_id = e.school_id and a.id = e.act_id`
const entryColumns = sql`e.pupil_id, e.date, e.session, e.was, e.becomes, e.minutes_late, e.comment, ${actColumns}`

/** Entries of the marks of a register, oldest first: those of the lesson, or of the session. */
export const readRegisterEntries = compile(
  sql`select ${entryColumns}
      from registers r
      join mark_entries e on e.school_id = r.school_id and e.date = r.date and e.session = r.session
        and e.pupil_id = any(${value('pupils')}::uuid[])
        and e.lesson_register_id is not distinct from case when r.kind = 'lesson' then r.id end
      ${joinedAct}
      where r.school_id = ${value('school')} and r.id = ${value('id')}
      order by a.acted_at, a.id`,
)

/** Minutes and comment of the last entry of each pupil's mark in a register. Ids rise with time, so the key finds it. */
export const readLastDetails = compile(
  sql`select u.pupil_id, e.minutes_late, e.comment
      from registers r, unnest(${value('pupils')}::uuid[]) as u (pupil_id),
        lateral (select x.minutes_late, x.comment from mark_entries x
          where x.school_id = r.school_id and x.pupil_id = u.pupil_id and x.date = r.date and x.session = r.session
            and x.lesson_register_id is not distinct from case when r.kind = 'lesson' then r.id end
          order by x.act_id desc limit 1) as e
      where r.school_id = ${value('school')} and r.id = ${value('id')}`,
)

/** Entries of some pupils' session marks in a range of days, oldest first. */
export const readPupilEntries = compile(
  sql`select ${entryColumns}
      from mark_entries e ${joinedAct}
      where e.school_id = ${value('school')} and e.pupil_id = ${value('pupil')}::uuid and e.lesson_register_id is null
        and e.date >= ${value('from')}::date and e.date < ${value('until')}::date
      order by a.acted_at, a.id`,
)

export function entriesFrom(rows: readonly TextRow[]): Entry[] {
  return rows.map((row) => {
    const [pupilId, date, session, was, becomes, minutes = null, comment = null, ...act] = row as string[]
    return {
      pupilId: pupilId as string,
      date: date as string,
      session: session as string,
      was: was as string,
      becomes: becomes as string,
      minutesLate: minutes === null ? null : Number(minutes),
      comment,
      ...actFrom(act),
    }
  })
}

function actFrom(columns: readonly (string | null)[]) {
  const [kind, registerId = null, reason = null, at, actor, name = null, position = null, deviceAt = null] =
    columns
  return {
    kind: kind as ActKind,
    registerId,
    reason,
    at: at as string,
    actor: actor as string,
    name,
    position,
    deviceAt,
  }
}

/**
 * Acts that wrote first marks without an entry: a register that was taken while the pupil was in its group, a lesson
 * from which the session mark was derived, a closure that covers the day.
 */
const firstActs = (places: ReturnType<typeof sql>) => sql`
  select p.pupil_id, p.date, p.session, '' as was, '' as becomes, null::smallint, null::text, ${actColumns}
  from (${places}) as p (pupil_id, date, session)
  join registers o on o.school_id = ${value('school')} and o.date = p.date and o.session = p.session
  join attendance_acts a on a.school_id = o.school_id and a.register_id = o.id
    and a.kind = case o.kind when 'session' then 'taken' else 'derived' end
  where case o.kind when 'lesson' then p.pupil_id = any(o.lesson_pupil_ids)
    else exists (select from memberships m where m.school_id = o.school_id and m.group_id = o.group_id and m.pupil_id = p.pupil_id
      and m.valid_from <= p.date and (m.valid_until is null or m.valid_until > p.date)) end
  union all
  select p.pupil_id, p.date, p.session, '', '', null, null, ${actColumns}
  from (${places}) as p (pupil_id, date, session)
  join attendance_acts a on a.school_id = ${value('school')} and a.kind = 'closed' and p.date between a.starts_on and a.ends_on
  order by acted_at`

/** For the marks of a session register. */
export const readFirstActs = compile(
  firstActs(sql`select u.pupil_id, r.date, r.session from registers r, unnest(${value('pupils')}::uuid[]) as u (pupil_id)
    where r.school_id = ${value('school')} and r.id = ${value('id')}`),
)

/** For the session marks of one pupil in a range of days. */
export const readPupilFirstActs = compile(
  firstActs(sql`select ${value('pupil')}::uuid, d::date, s.session
    from generate_series(${value('from')}::date, ${value('until')}::date - 1, interval '1 day') as d,
      (values ('AM'), ('PM')) as s (session)`),
)

/** The act that first took a lesson's register. */
export const readLessonActs = compile(
  sql`select u.pupil_id, r.date, r.session, '' as was, '' as becomes, null::smallint, null::text, ${actColumns}
      from registers r
      join attendance_acts a on a.school_id = r.school_id and a.register_id = r.id and a.kind = 'taken',
        unnest(${value('pupils')}::uuid[]) as u (pupil_id)
      where r.school_id = ${value('school')} and r.id = ${value('id')}
      order by a.acted_at`,
)
