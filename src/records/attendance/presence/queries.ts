import { sql } from 'drizzle-orm'
import { compile } from '../../../foundation/db/compiled.ts'
import { relate, resource } from '../../../foundation/resource/resource.ts'
import { pupil } from '../../pupils/queries.ts'
import { pupils } from '../../pupils/table.ts'
import { siteMovements } from '../table.ts'
import { SiteMovement, SiteMovementFilter } from './schema.ts'

export const siteMovement = resource({
  path: '/site-movements',
  one: 'SiteMovement',
  phrase: 'a site movement',
  scope: 'attendance',
  row: SiteMovement,
  filter: SiteMovementFilter,
  view: {
    table: siteMovements,
    fields: {
      id: siteMovements.id,
      updatedAt: siteMovements.updatedAt,
      pupilId: siteMovements.pupilId,
      direction: siteMovements.direction,
      movedAt: siteMovements.movedAt,
      date: siteMovements.date,
      reason: siteMovements.reason,
    },
    sorts: { movedAt: siteMovements.movedAt },
  },
  constraints: {
    site_movements__pkey: { code: 'already-exists', path: '/id', message: 'There is a movement of this id.' },
  },
})

relate(siteMovement, 'pupil', {
  target: pupil,
  isMany: false,
  on: sql`${pupils.id} = ${siteMovements.pupilId}`,
  description: 'The pupil.',
})

const school = sql.placeholder('school')
const date = sql`${sql.placeholder('date')}::date`

/** Everybody on the roll on a day: the two session marks, the registration group, the latest movement. */
export const readPresence = compile(
  sql`select p.id,
        (select substr(a.marks, (${date} - a.starts_on) * 2 + 1, 2) from attendance_years a
           where a.school_id = p.school_id and a.pupil_id = p.id
             and a.starts_on <= ${date} and ${date} - a.starts_on < length(a.marks) / 2),
        (select g.id from memberships m join groups g on g.school_id = m.school_id and g.id = m.group_id and g.kind = 'registration'
           where m.school_id = p.school_id and m.pupil_id = p.id and m.valid_from <= ${date} and (m.valid_until is null or m.valid_until > ${date})
           order by g.id limit 1),
        (select json_build_array(v.direction, v.moved_at) from site_movements v
           where v.school_id = p.school_id and v.date = ${date} and v.pupil_id = p.id and v.moved_at <= ${sql.placeholder('at')}::timestamptz
           order by v.moved_at desc, v.id desc limit 1)
      from pupils p
      join enrolments e on e.school_id = p.school_id and e.pupil_id = p.id
        and e.valid_from <= ${date} and (e.valid_until is null or e.valid_until > ${date})
      where p.school_id = ${school}
      order by p.id`,
)

/** Registers of a day that were taken, with the marks of lessons. */
export const readTakenToday = compile(
  sql`select r.kind, r.session, r.taken_at, r.updated_at, to_json(r.lesson_pupil_ids), r.lesson_marks, r.group_id
      from registers r
      where r.school_id = ${school} and r.date = ${date} and r.taken_at <= ${sql.placeholder('at')}::timestamptz
      order by r.taken_at`,
)
