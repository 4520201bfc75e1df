import type { TextRow } from '../../../foundation/db/transaction.ts'
import type { Field, Kind } from '../resource.ts'

/** Writes PostgreSQL's text of a property as JSON; undefined leaves the property out, since there are no nulls. */
type Encoder = (text: string, base: string, to: Field['to']) => string

const quoted: Encoder = (text) => JSON.stringify(text)

/** '2026-11-23 08:45:00.12+00' -> '2026-11-23T08:45:00.120Z': clients demand fractional seconds. */
const instant: Encoder = (text) => {
  const [time = '', fraction = ''] = text.slice(11).replace(/\+00$/, '').split('.')
  return `"${text.slice(0, 10)}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}Z"`
}

const reference: Encoder = (id, base, to) =>
  `{"href":${JSON.stringify(`${base}/${to?.path}/${encodeURIComponent(id)}`)},"sourcedId":${JSON.stringify(id)},"type":"${to?.type}"}`

const encoders: Readonly<Record<Kind, Encoder>> = {
  text: quoted,
  exact: quoted,
  number: (text) => text,
  flag: (text) => (text === 't' ? '"true"' : '"false"'),
  day: (text) => `"${text}"`,
  instant,
  // Lists arrive as JSON (statement.ts).
  texts: (text) => text,
  reference,
  references: (text, base, to) =>
    `[${(JSON.parse(text) as string[]).map((id) => reference(id, base, to)).join(',')}]`,
  json: (text, base) => text.replaceAll('{base}', base),
}

/** Turns a row whose columns are these fields, in this order, into an object of OneRoster. */
export function objectEncoder(fields: readonly Field[], base: string): (row: TextRow) => string {
  const parts = fields.map(({ name, kind, to }) => ({
    key: `${JSON.stringify(name)}:`,
    encode: encoders[kind],
    to,
  }))
  return (row) => {
    let json = ''
    for (let at = 0; at < parts.length; at++) {
      const text = row[at]
      if (text === null || text === undefined) continue
      const { key, encode, to } = parts[at] as (typeof parts)[number]
      json += `${json === '' ? '' : ','}${key}${encode(text, base, to)}`
    }
    return `{${json}}`
  }
}
