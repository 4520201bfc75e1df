import type { Pool } from 'pg'

/**
 * Row-level security and grants on every table, after each migration: a new table cannot be forgotten.
 * A tenant table is one whose primary key leads with `school_id`. A table with the comment `append-only` gets neither
 * UPDATE nor DELETE. Rows about a pupil (a column `pupil_id`, or one with the comment `subject`) are seen by those only
 * who reach that pupil. Runs in one transaction; statements that would change nothing are not sent.
 */
export async function lockDown(pool: Pool, role: string): Promise<void> {
  const tables = await describeTables(pool)
  const statements = [
    `revoke all on schema public from public`,
    `grant usage on schema public to ${role}`,
    `grant usage, select on all sequences in schema public to ${role}`,
    ...tables.flatMap((table) => statementsFor(table, role)),
  ]
  await pool.query('begin')
  for (const statement of statements) await pool.query(statement)
  await pool.query('commit')
}

interface Table {
  name: string
  isTenant: boolean
  isAppendOnly: boolean
  isForced: boolean
  hasPolicy: boolean
  /** The column that says whom a row is about. */
  subject: string | null
  hasReach: boolean
}

async function describeTables(pool: Pool): Promise<Table[]> {
  const { rows } = await pool.query<Table>(
    `select c.relname as name,
            coalesce(a.attname = 'school_id', false) as "isTenant",
            coalesce(obj_description(c.oid, 'pg_class') = 'append-only', false) as "isAppendOnly",
            c.relrowsecurity and c.relforcerowsecurity as "isForced",
            exists (select from pg_policy p where p.polrelid = c.oid and p.polname = c.relname || '__school') as "hasPolicy",
            exists (select from pg_policy p where p.polrelid = c.oid and p.polname = c.relname || '__reach') as "hasReach",
            (select s.attname from pg_attribute s
             where s.attrelid = c.oid and not s.attisdropped
               and (s.attname = 'pupil_id' or col_description(c.oid, s.attnum) = 'subject')
             order by s.attname desc limit 1) as subject
     from pg_class c
     left join pg_index i on i.indrelid = c.oid and i.indisprimary
     left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     order by c.relname`,
  )
  return rows
}

/** `nullif`: after a transaction the setting is an empty text, which is no UUID. The sub-select is evaluated once a statement. */
const currentSchool = `(select nullif(current_setting('app.school', true), '')::uuid)`

/** Settings that hold ids as an array; missing and empty mean that they narrow nothing. */
const isUnset = (name: string) => `(select coalesce(current_setting('${name}', true), '') = '')`
/** A sub-select that PostgreSQL runs once and hashes: an array would be parsed, or searched from its start, for every row. */
const idsIn = (name: string) => `(select unnest(nullif(current_setting('${name}', true), '')::uuid[]))`

/** `app.pupils` names the only subjects that are seen, `app.withheld` those that are not. Rows about nobody are seen. */
function reaches(column: string): string {
  return `${column} is null
    or ((${isUnset('app.pupils')} or ${column} in ${idsIn('app.pupils')})
      and (${isUnset('app.withheld')} or ${column} not in ${idsIn('app.withheld')}))`
}

function statementsFor(table: Table, role: string): string[] {
  const rights = table.isAppendOnly ? 'select, insert' : 'select, insert, update, delete'
  const statements = [
    `revoke all on "${table.name}" from ${role}`,
    `grant ${rights} on "${table.name}" to ${role}`,
  ]
  if (!table.isTenant) return statements
  if (!table.isForced)
    statements.push(
      `alter table "${table.name}" enable row level security`,
      `alter table "${table.name}" force row level security`,
    )
  if (!table.hasPolicy)
    statements.push(
      `create policy "${table.name}__school" on "${table.name}"
         using (school_id = ${currentSchool}) with check (school_id = ${currentSchool})`,
    )
  if (table.subject && !table.hasReach)
    statements.push(
      `create policy "${table.name}__reach" on "${table.name}" as restrictive to ${role}
         using (${reaches(table.subject)}) with check (${reaches(table.subject)})`,
    )
  return statements
}
