import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'

const school = sql.placeholder('school')
const list = (name: string) => sql`${sql.placeholder(name)}::uuid[]`

/** The aspects named, each with the versions of its grade set. */
export const readAspects = compile(
  sql`select a.id, a.type, a.minimum, a.maximum, a.decimals,
        (select coalesce(json_agg(json_build_object('id', v.id, 'validFrom', v.valid_from, 'grades', v.grades)), '[]')
         from grade_set_versions v where v.school_id = a.school_id and v.grade_set_id = a.grade_set_id)
      from aspects a where a.school_id = ${school} and a.id = any(${list('aspects')})`,
)

/** The result sets named; shared locks keep them from being locked while results are written. */
export const readResultSets = compile(
  sql`select id, opens_on, closes_on, locked_at from result_sets where school_id = ${school} and id = any(${list('sets')}) for share`,
)

/** What is stored already where the rows of a batch would go; locked in one order. */
export const lockResults = compile(
  sql`select r.id, r.pupil_id, r.aspect_id, r.result_set_id, r.type, r.value
      from results r
      where r.school_id = ${school} and r.pupil_id = any(${list('pupils')}) and r.aspect_id = any(${list('aspects')})
        and r.result_set_id = any(${list('sets')})
      order by r.id for update`,
)

const column = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}[]`

export const insertResults = compile(
  sql`insert into results (school_id, id, pupil_id, aspect_id, result_set_id, type, value, numeric_value, grade_set_version_id,
        recorded_at, recorded_by, updated_at)
      select ${school}, x.id, x.pupil, x.aspect, x.set, x.type, x.value, x.number, x.version,
        ${sql.placeholder('at')}::timestamptz, ${sql.placeholder('by')}, ${sql.placeholder('at')}::timestamptz
      from unnest(${column('ids', 'uuid')}, ${column('pupils', 'uuid')}, ${column('aspects', 'uuid')}, ${column('sets', 'uuid')},
        ${column('types', 'text')}, ${column('values', 'text')}, ${column('numbers', 'numeric')}, ${column('versions', 'uuid')})
        as x (id, pupil, aspect, set, type, value, number, version)`,
)

export const updateResults = compile(
  sql`update results r
      set value = x.value, numeric_value = x.number, grade_set_version_id = x.version, version = r.version + 1,
          recorded_at = ${sql.placeholder('at')}::timestamptz, recorded_by = ${sql.placeholder('by')}, updated_at = ${sql.placeholder('at')}::timestamptz
      from unnest(${column('ids', 'uuid')}, ${column('values', 'text')}, ${column('numbers', 'numeric')}, ${column('versions', 'uuid')})
        as x (id, value, number, version)
      where r.school_id = ${school} and r.id = x.id`,
)
