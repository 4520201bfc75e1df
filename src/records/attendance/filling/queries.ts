import { sql } from 'drizzle-orm'
import { compile } from '../../../foundation/db/compiled.ts'
import { relate, resource } from '../../../foundation/resource/resource.ts'
import { pupil } from '../../pupils/queries.ts'
import { pupils } from '../../pupils/table.ts'
import { partTimeTimetables, plannedAbsences } from '../table.ts'
import { PartTimeFilter, PartTimeTimetable, PlannedAbsence, PlannedAbsenceFilter } from './schema.ts'

const school = sql.placeholder('school')
const value = (name: string) => sql.placeholder(name)

/** Which pupils are on the roll on which of the days. */
export const readOnRoll = compile(
  sql`select e.pupil_id, d.date
      from enrolments e
      join unnest(${value('dates')}::date[]) as d (date)
        on e.valid_from <= d.date and (e.valid_until is null or e.valid_until > d.date)
      where e.school_id = ${school} and e.pupil_id = any(${value('pupils')}::uuid[])`,
)

/** The year rows of some pupils, locked in one order. */
export const lockYearsOf = compile(
  sql`select a.pupil_id, a.starts_on, a.marks, a.present, a.educational, a.authorised, a.unauthorised, a.not_possible, a.late
      from attendance_years a
      where a.school_id = ${school} and a.academic_year_id = ${value('year')}::uuid and a.pupil_id = any(${value('pupils')}::uuid[])
      order by a.pupil_id for update`,
)

/** Pupils on the roll at some time of a range: everybody, a year group, or who is in a group. */
export const readWhom = compile(
  sql`select distinct p.id from pupils p
      join enrolments e on e.school_id = p.school_id and e.pupil_id = p.id
        and e.valid_from <= ${value('endsOn')}::date and (e.valid_until is null or e.valid_until > ${value('startsOn')}::date)
      where p.school_id = ${school}
        and (${value('yearGroup')}::smallint is null or p.year_group = ${value('yearGroup')}::smallint)
        and (${value('group')}::uuid is null or exists (
          select from memberships m where m.school_id = p.school_id and m.group_id = ${value('group')}::uuid and m.pupil_id = p.id
            and m.valid_from <= ${value('endsOn')}::date and (m.valid_until is null or m.valid_until > ${value('startsOn')}::date)))
      order by p.id`,
)

/** Sessions of a pupil's days whose register was taken. */
export const readTakenSessions = compile(
  sql`select distinct r.date, r.session from registers r
      join memberships m on m.school_id = r.school_id and m.group_id = r.group_id and m.pupil_id = ${value('pupil')}::uuid
        and m.valid_from <= r.date and (m.valid_until is null or m.valid_until > r.date)
      where r.school_id = ${school} and r.kind = 'session' and r.taken_at is not null
        and r.date between ${value('startsOn')}::date and ${value('endsOn')}::date`,
)

export const plannedAbsence = resource({
  path: '/planned-absences',
  one: 'PlannedAbsence',
  phrase: 'a planned absence',
  scope: 'attendance',
  row: PlannedAbsence,
  filter: PlannedAbsenceFilter,
  view: {
    table: plannedAbsences,
    fields: {
      id: plannedAbsences.id,
      updatedAt: plannedAbsences.updatedAt,
      pupilId: plannedAbsences.pupilId,
      code: plannedAbsences.code,
      startsOn: plannedAbsences.startsOn,
      startsSession: plannedAbsences.startsSession,
      endsOn: plannedAbsences.endsOn,
      endsSession: plannedAbsences.endsSession,
      comment: plannedAbsences.comment,
      outingId: plannedAbsences.outingId,
    },
    filters: {
      asOf: (day) => sql`${day}::date between ${plannedAbsences.startsOn} and ${plannedAbsences.endsOn}`,
      from: (day) => sql`${plannedAbsences.endsOn} >= ${day}::date`,
      until: (day) => sql`${plannedAbsences.startsOn} < ${day}::date`,
    },
    sorts: { startsOn: plannedAbsences.startsOn },
  },
  constraints: {
    planned_absences__order: {
      code: 'rule-broken',
      path: '/endsOn',
      message: 'The last session does not lie before the first.',
    },
    planned_absences__pupil_id: {
      code: 'reference-unknown',
      path: '/pupilIds',
      message: 'There is no such pupil.',
    },
  },
})

export const partTimeTimetable = resource({
  path: '/part-time-timetables',
  one: 'PartTimeTimetable',
  phrase: 'a part-time timetable',
  scope: 'attendance',
  row: PartTimeTimetable,
  filter: PartTimeFilter,
  view: {
    table: partTimeTimetables,
    fields: {
      id: partTimeTimetables.id,
      updatedAt: partTimeTimetables.updatedAt,
      pupilId: partTimeTimetables.pupilId,
      validFrom: partTimeTimetables.validFrom,
      validUntil: partTimeTimetables.validUntil,
      attends: partTimeTimetables.attends,
      reviewOn: partTimeTimetables.reviewOn,
      reason: partTimeTimetables.reason,
    },
    filters: {
      asOf: (day) =>
        sql`${partTimeTimetables.validFrom} <= ${day}::date and ${partTimeTimetables.validUntil} > ${day}::date`,
    },
    sorts: { validFrom: partTimeTimetables.validFrom },
  },
  constraints: {
    part_time_timetables__no_overlap: {
      code: 'periods-overlap',
      path: '/validFrom',
      message: 'The pupil has a part-time timetable in this time already.',
    },
    part_time_timetables__order: {
      code: 'rule-broken',
      path: '/validUntil',
      message: 'validUntil lies after validFrom: it is the first day on which it no longer holds.',
    },
  },
})

for (const [of, column] of [
  [plannedAbsence, plannedAbsences.pupilId],
  [partTimeTimetable, partTimeTimetables.pupilId],
] as const)
  relate(of, 'pupil', {
    target: pupil,
    isMany: false,
    on: sql`${pupils.id} = ${column}`,
    description: 'The pupil.',
  })
