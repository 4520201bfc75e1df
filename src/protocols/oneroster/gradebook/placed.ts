import { type SQL, sql } from 'drizzle-orm'
import { likeliest } from '../../../records/assessment/taught.ts'
import type { Part } from '../resource.ts'
import { school } from '../roster/common.ts'
import { asId, itemIdOf, madeOf } from './made.ts'
import type { ItemKind } from './table.ts'

const word = (text: string): SQL => sql.raw(`'${text}'`)

const samePlace = sql`w.school_id = r.school_id and w.pupil_id = r.pupil_id and w.aspect_id = r.aspect_id
  and w.result_set_id = r.result_set_id and w.type = r.type`
const sameItem = sql`i.school_id = r.school_id and i.aspect_id = r.aspect_id and i.result_set_id = r.result_set_id and r.type = 'R'`

const columns = sql`r.id as result_id, r.pupil_id, r.aspect_id, r.result_set_id, r.type, r.value, r.numeric_value, r.recorded_at, r.updated_at`

/**
 * Results under line items of the school's own making, each in one class: the one for which a program wrote it, else the
 * likeliest of those in which the pupil was taught the subject.
 */
const taught = (condition: SQL): SQL => sql`
  select distinct on (r.id) ${columns}, m.group_id as class_id
  from results r
  join aspects a on a.school_id = r.school_id and a.id = r.aspect_id
  join (select m.pupil_id, m.group_id, m.valid_from, m.valid_until, g.subject_id
        from memberships m join groups g on g.school_id = m.school_id and g.id = m.group_id and g.kind = 'teaching'
        where m.school_id = ${school} and m.pupil_id is not null) m
    on m.pupil_id = r.pupil_id and m.subject_id = a.subject_id
  left join gradebook_results w on ${samePlace} and w.kind = 'lineItem'
  where r.school_id = ${school} and ${condition}
    and not exists (select from gradebook_line_items i where ${sameItem} and i.kind = 'lineItem')
  order by r.id, m.group_id = w.class_id desc nulls last, ${likeliest}`

const assessed = (condition: SQL): SQL => sql`
  select ${columns}, null::uuid as class_id from results r
  where r.school_id = ${school} and ${condition}
    and not exists (select from gradebook_line_items i where ${sameItem} and i.kind = 'assessment')`

/** Results that stand under no written line item of the kind, with their class. The condition is one of `r`. */
const ownResults = (kind: ItemKind, condition: SQL): SQL =>
  kind === 'lineItem' ? taught(condition) : assessed(condition)

/** Lists are made before anything is read, so that every branch begins at an index. */
const among = (column: SQL, ids: SQL): SQL => sql`${column} = any(array(${ids}))`

const inClass = (classes: SQL): SQL =>
  among(
    sql`r.pupil_id`,
    sql`select n.pupil_id from memberships n where n.school_id = ${school} and n.pupil_id is not null and n.group_id in (${classes})`,
  )

/** Results of whoever was ever in the class, of its subject. */
const ofClass = (id: SQL): SQL =>
  sql`${inClass(asId(id))} and ${among(
    sql`r.aspect_id`,
    sql`select s.id from aspects s join groups h on h.school_id = s.school_id and h.subject_id = s.subject_id
  where s.school_id = ${school} and h.id = ${asId(id)}`,
  )}`

/** Results with these ids of their own, and those about which a program wrote under them. */
const named = (kind: ItemKind, ids: SQL): SQL =>
  among(
    sql`r.id`,
    sql`select ${asId(sql`d.id`)} from unnest(${ids}) d (id)
  union all
  select r.id from gradebook_results w join results r on ${samePlace}
  where w.school_id = ${school} and w.kind = ${word(kind)} and w.sourced_id = any(${ids})`,
  )

const all = (conditions: readonly (SQL | undefined)[]): SQL =>
  sql.join([sql`true`, ...conditions.filter((each) => each !== undefined)], sql` and `)

/** What of the school's own results makes the line items of a part. */
export function ownOfItems(kind: ItemKind, { ids, class: classId }: Part): SQL {
  if (!ids) return ownResults(kind, classId ? ofClass(classId) : sql`true`)
  const isMade = (['aspect_id', 'result_set_id', 'type'] as const).map((name) =>
    among(sql`r.${sql.raw(name)}`, sql`select ${sql.raw(name)} from made`),
  )
  const ofPupils = kind === 'lineItem' ? inClass(sql`select class_id from made`) : undefined
  return sql`with made as materialized (${madeOf(kind, ids)}) ${ownResults(kind, all([...isMade, ofPupils]))}`
}

const ofStudent = (id: SQL): SQL => sql`r.pupil_id = ${asId(id)}`

/** Results under a written line item, whoever recorded them. */
const underWritten = (kind: ItemKind, { ids, class: classId, student }: Part): SQL => sql`
  select ${columns}, i.class_id, i.sourced_id as item from gradebook_line_items i
  join results r on ${sameItem}
  where i.school_id = ${school} and i.kind = ${word(kind)} and ${all([
    ids && named(kind, ids),
    classId && sql`i.class_id = ${asId(classId)}`,
    student && ofStudent(student),
  ])}`

/** What was written and is no result of the school, such as `exempt`; `r` is nothing here. */
const waiting = (kind: ItemKind, { ids, class: classId, student }: Part): SQL => sql`
  select null::uuid, w.pupil_id, w.aspect_id, w.result_set_id, w.type, null::text, null::numeric, null::timestamptz, w.updated_at, w.class_id,
    coalesce(i.sourced_id, ${itemIdOf(kind, { classId: sql`w.class_id`, aspectId: sql`w.aspect_id`, setId: sql`w.result_set_id`, type: sql`w.type` })}::text)
  from gradebook_results w
  left join gradebook_line_items i on i.school_id = w.school_id and i.aspect_id = w.aspect_id and i.result_set_id = w.result_set_id and w.type = 'R' and i.kind = w.kind
  where w.school_id = ${school} and w.kind = ${word(kind)} and w.value is null and not exists (select from results r where ${samePlace})
    and ${all([
      ids && sql`w.sourced_id = any(${ids})`,
      classId && sql`w.class_id = ${asId(classId)}`,
      student && sql`w.pupil_id = ${asId(student)}`,
    ])}`

const idOfOwn = (kind: ItemKind): SQL =>
  itemIdOf(kind, {
    classId: sql`o.class_id`,
    aspectId: sql`o.aspect_id`,
    setId: sql`o.result_set_id`,
    type: sql`o.type`,
  })

/** Every result of a part, with its line item (`item`) and class. */
export function placed(kind: ItemKind, part: Part): SQL {
  const { ids, class: classId, student } = part
  const condition = all([ids && named(kind, ids), classId && ofClass(classId), student && ofStudent(student)])
  return sql`
    select o.*, ${idOfOwn(kind)}::text as item from (${ownResults(kind, condition)}) o
    union all ${underWritten(kind, part)}
    union all ${waiting(kind, part)}`
}
