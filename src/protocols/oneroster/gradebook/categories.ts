import { sql } from 'drizzle-orm'
import type { OneRosterResource } from '../resource.ts'
import { newest, school } from '../roster/common.ts'
import { begins, title } from './fields.ts'
import { deleted } from './gone.ts'
import { categoryOf, resultTypes } from './made.ts'

const types = sql.join(
  Object.entries(resultTypes).map(([letter, name]) => sql.raw(`('${letter}', '${name}')`)),
  sql`, `,
)

const gone = sql`select null::uuid, x.sourced_id, 'tobedeleted', ${newest(sql`x.deleted_at`)}, null::uuid, null::text, 'Removed', null::numeric, null::uuid`

/** One for each type of result, so that every class has a category; and those that programs wrote. */
export const categories: OneRosterResource = {
  many: 'categories',
  one: 'category',
  about: 'Kinds of work: one for each type of result of the school, and those that programs wrote.',
  needs: ['assessment:read'],
  hasOpaqueIds: true,
  isPersonal: false,
  fields: [
    ...begins,
    title('What it is called.'),
    {
      name: 'weight',
      kind: 'number',
      column: 'weight',
      only: 'v1p2',
      about: 'Its share of the whole, in per cent.',
    },
  ],
  rows: (sight) => sql`
    select ${categoryOf(sql`t.type`)} as record_id, ${categoryOf(sql`t.type`)}::text as sourced_id, 'active' as status,
      ${newest(sql`s.updated_at`)} as date_last_modified, null::uuid as subject, null::text as metadata, t.title, null::numeric as weight, null::uuid as written_id
    from (values ${types}) t (type, title), schools s where s.school_id = ${school}
    union all
    select null::uuid, c.sourced_id, 'active', ${newest(sql`c.updated_at`)}, null::uuid, c.metadata::text, c.title, trim_scale(c.weight), c.id
    from gradebook_categories c where c.school_id = ${school}${deleted(sight, 'categories', gone, { table: 'gradebook_categories' })}`,
}
