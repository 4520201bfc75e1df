import { type SQL, sql } from 'drizzle-orm'
import { type Encode, idList, listCell } from '../../../../operations/exports/cells.ts'
import type { ExportColumn } from '../../../../operations/exports/export.ts'
import type { Field, Kind } from '../../resource.ts'
import { instantOf } from '../../rest/fields.ts'

const flag: Encode = (text) => (text === 't' ? 'true' : 'false')
const texts: Encode = (text) => listCell(JSON.parse(text) as string[])

/** `{type:id},{type:id}`: pairs as the standard writes them. It has no escape for a brace within, and none is made up. */
const pairs =
  (left: string, right: string): Encode =>
  (text) =>
    (JSON.parse(text) as Record<string, string>[]).map((each) => `{${each[left]}:${each[right]}}`).join(',')

const encoders: Readonly<Record<Kind, Encode | undefined>> = {
  text: undefined,
  exact: undefined,
  number: undefined,
  day: undefined,
  reference: undefined,
  flag,
  instant: instantOf,
  texts,
  references: idList,
  json: undefined,
}

/** Lists of pairs, which REST has as objects. */
const paired: Readonly<Record<string, Encode>> = {
  userIds: pairs('type', 'identifier'),
  scoreScaleValue: pairs('itemValueLHS', 'itemValueRHS'),
}

/** Where REST has an instant and CSV a day: the day of it in England. */
const days: ReadonlySet<string> = new Set(['assignDate', 'dueDate'])

/** How a property of REST stands in a cell. */
export function cellOf(title: string, { name, kind, column }: Field): ExportColumn {
  const from: SQL = sql`r.${sql.identifier(column)}`
  if (days.has(name)) return { title, from: sql`(${from} at time zone 'Europe/London')::date` }
  if (kind === 'texts') return { title, from: sql`to_json(${from})`, encode: texts }
  return { title, from, encode: paired[name] ?? encoders[kind] }
}
