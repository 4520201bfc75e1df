import { createHash } from 'node:crypto'
import { Placeholder, type SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'

/** SQL text that was built once and runs many times, as a named prepared statement with rows as arrays of text. */
export interface Compiled {
  /** Name of the prepared statement; undefined runs it unnamed. */
  name: string | undefined
  text: string
  /** A constant, or the name of the argument to put in its place. */
  params: readonly (Placeholder | unknown)[]
}

const dialect = new PgDialect()

/** Each named statement is kept by every connection of the pool: past this many shapes they run unnamed. */
const mostNamed = 400
const named = new Set<string>()

/** Turns drizzle SQL with `sql.placeholder(...)` into text that PostgreSQL plans once per connection. */
export function compile(query: SQL): Compiled {
  const { sql: text, params } = dialect.sqlToQuery(query)
  const name = `s${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`
  if (!named.has(name) && named.size < mostNamed) named.add(name)
  return { name: named.has(name) ? name : undefined, text, params }
}

/** For SQL that is built for one run. */
export function compileUnnamed(query: SQL): { text: string; params: unknown[] } {
  const { sql: text, params } = dialect.sqlToQuery(query)
  return { text, params }
}

/** Puts arguments in the place of placeholders. A missing argument is a fault of the program. */
export function bind(compiled: Compiled, values: Readonly<Record<string, unknown>>): unknown[] {
  return compiled.params.map((param) => {
    if (!(param instanceof Placeholder)) return param
    if (!(param.name in values)) throw new Error(`no value for placeholder ${param.name}`)
    return values[param.name]
  })
}

/** Every value arrives as PostgreSQL's own text: the row encoder writes JSON from it without parsing. */
export const textOnly = { getTypeParser: () => (value: string) => value }

/** The statement as pg takes it: prepared once for a connection, rows as arrays of text. */
export function statement(query: Compiled, values: Readonly<Record<string, unknown>>) {
  return {
    ...(query.name && { name: query.name }),
    text: query.text,
    values: bind(query, values),
    rowMode: 'array' as const,
    types: textOnly,
  }
}
