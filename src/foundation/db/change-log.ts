import { sql } from 'drizzle-orm'
import { compile } from './compiled.ts'

/** What a write did to one record. */
export interface Change {
  /** The resource's name, such as `pupils`. */
  resource: string
  recordId: string
  action: 'created' | 'changed' | 'removed'
  /** Fields that changed; only for `changed`. */
  fields?: readonly string[]
  /** The pupils whom it concerns. */
  pupilIds?: readonly string[]
  /** The group whom it concerns. */
  groupId?: string
  /** The member of staff whom it concerns. */
  staffId?: string
}

/** Takes the next numbers of the school. The row's lock lasts until commit, so this comes last. */
export const takeNumbers = compile(
  sql`insert into change_counters as c (school_id, number)
      values (${sql.placeholder('school')}, ${sql.placeholder('count')}::bigint)
      on conflict (school_id) do update set number = c.number + excluded.number`,
)

/**
 * Writes the changes under the numbers just taken. Runs behind `takeNumbers` in the same flush, so no round trip is
 * spent on learning the number; one table is written per statement, as a distributed database asks.
 */
export const appendChanges = compile(
  sql`insert into changes
        (school_id, number, changed_at, resource, record_id, action, fields, pupil_ids, group_id, staff_id, actor, correlation_id)
      select c.school_id, c.number - ${sql.placeholder('count')}::bigint + x.ord, ${sql.placeholder('at')}::timestamptz,
             x.item->>'resource', (x.item->>'recordId')::uuid, x.item->>'action',
             case when x.item ? 'fields' then array(select jsonb_array_elements_text(x.item->'fields')) end,
             case when x.item ? 'pupilIds' then array(select jsonb_array_elements_text(x.item->'pupilIds')::uuid) end,
             (x.item->>'groupId')::uuid, (x.item->>'staffId')::uuid,
             ${sql.placeholder('actor')}, ${sql.placeholder('correlation')}
      from change_counters c,
           jsonb_array_elements(${sql.placeholder('changes')}::jsonb) with ordinality as x (item, ord)
      where c.school_id = ${sql.placeholder('school')}`,
)

/** The number of a school's latest change: the revision that list ETags are made of. */
export const readRevision = compile(
  sql`select coalesce((select number from change_counters where school_id = ${sql.placeholder('school')}), 0)`,
)
