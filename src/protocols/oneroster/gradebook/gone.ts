import { type SQL, sql } from 'drizzle-orm'
import type { Part, Sight } from '../resource.ts'
import { newest, school } from '../roster/common.ts'
import { asId, itemIdOf } from './made.ts'
import type { Collection, ItemKind } from './table.ts'

const word = (text: string): SQL => sql.raw(`'${text}'`)
const resultsOf = { lineItem: 'results', assessment: 'assessmentResults' } as const satisfies Record<
  ItemKind,
  Collection
>

const columns = sql`t.pupil_id, t.aspect_id, t.result_set_id, t.type`
const samePlace = sql`w.school_id = t.school_id and w.pupil_id = t.pupil_id and w.aspect_id = t.aspect_id
  and w.result_set_id = t.result_set_id and w.type = t.type`
const written = (kind: ItemKind): SQL => sql`w.kind = ${word(kind)}`
const deletedOf = (kind: ItemKind): SQL => sql`w.collection = ${word(resultsOf[kind])}`

/** Known by ids of their own: no program had written there when they were removed, nor wrote or deleted anything under their id since. */
const ofSchool = (kind: ItemKind, ids: SQL | undefined): SQL => sql`
  select ${columns}, ${kind === 'lineItem' ? sql`t.group_id` : sql`null::uuid`} as class_id, t.id::text as sourced_id, t.removed_at
  from removed_results t
  where t.school_id = ${school}${ids ? sql` and t.id = any(array(select ${asId(sql`d.id`)} from unnest(${ids}) d (id)))` : sql``}
    and not exists (select from gradebook_results w where ${samePlace} and ${written(kind)} and w.created_at <= t.removed_at)
    and not exists (select from gradebook_results w where w.school_id = t.school_id and ${written(kind)} and w.sourced_id = t.id::text)
    and not exists (select from gradebook_tombstones w where ${samePlace} and ${deletedOf(kind)} and t.removed_at between w.created_at and w.deleted_at)
    and not exists (select from gradebook_tombstones w where w.school_id = t.school_id and ${deletedOf(kind)}
      and w.sourced_id = t.id::text and w.deleted_at >= t.removed_at)`

/** Written by programs, with a value that stands no more in the school's results. */
const ofPrograms = (kind: ItemKind, ids: SQL | undefined): SQL => sql`
  select w.pupil_id, w.aspect_id, w.result_set_id, w.type, w.class_id, w.sourced_id,
    greatest(w.updated_at, (select max(t.removed_at) from removed_results t where ${samePlace}))
  from gradebook_results w
  where w.school_id = ${school} and ${written(kind)} and w.value is not null${ids ? sql` and w.sourced_id = any(${ids})` : sql``}
    and not exists (select from results t where ${samePlace})`

/** Results that the school removed: they are told, so that copies forget them. Columns as of `placed`, without a value. */
export const goneResults = (kind: ItemKind, { ids }: Part = {}): SQL => sql`
  select o.*, i.id is null as is_own,
    coalesce(i.sourced_id, ${itemIdOf(kind, { classId: sql`o.class_id`, aspectId: sql`o.aspect_id`, setId: sql`o.result_set_id`, type: sql`o.type` })}::text) as item
  from (${ofSchool(kind, ids)} union all ${ofPrograms(kind, ids)}) o
  left join gradebook_line_items i on i.school_id = ${school} and i.aspect_id = o.aspect_id and i.result_set_id = o.result_set_id
    and o.type = 'R' and i.kind = ${word(kind)}
  ${kind === 'lineItem' ? sql`where o.class_id is not null` : sql``}`

/** The day in England of an instant. */
export const dayOf = (at: SQL): SQL => sql`(${at} at time zone 'Europe/London')::date`

/** A removed result, with what every result must have and nothing that was said of anybody. */
export const goneResult = (
  id: SQL,
  at: SQL,
  { item, pupil, classId }: { item: SQL; pupil: SQL; classId: SQL },
): SQL => sql`
  select null::uuid, ${id}, 'tobedeleted', ${newest(at)}, ${pupil}, null::text, ${item}, ${pupil}::text, ${classId}::text, null::text,
    'not submitted', null::numeric, null::text, ${dayOf(at)}, null::numeric, null::text, null::text,
    null::boolean, null::boolean, null::boolean, null::boolean`

/**
 * What programs deleted of a collection, as rows `x`, where it is told at all and is not there again: the last time that
 * each was. `isThere` is a condition of objects `v` of the collection's table, which programs name by `sourced_id`.
 */
export function deleted(
  { tellsDeleted }: Sight,
  collection: Collection,
  row: SQL,
  isThere: { table: string; kind?: ItemKind },
): SQL {
  if (!tellsDeleted) return sql``
  const kind = isThere.kind ? sql` and v.kind = ${word(isThere.kind)}` : sql``
  return sql` union all ${row} from (
    select distinct on (x.sourced_id) x.* from gradebook_tombstones x
    where x.school_id = ${school} and x.collection = ${word(collection)}
    order by x.sourced_id, x.deleted_at desc) x
  where not exists (select from ${sql.raw(isThere.table)} v where v.school_id = x.school_id and v.sourced_id = x.sourced_id${kind})`
}
