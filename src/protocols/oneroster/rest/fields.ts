import type { TextRow } from '../../../foundation/db/transaction.ts'
import type { Field, Kind } from '../resource.ts'

/** Writes PostgreSQL's text of a property as JSON. */
type Encoder = (text: string) => string

const quoted: Encoder = (text) => JSON.stringify(text)
const asIs: Encoder = (text) => text
const plain: Encoder = (text) => `"${text}"`

/** '2026-11-23 08:45:00.12+00' -> '2026-11-23T08:45:00.120Z': clients demand fractional seconds. */
export function instantOf(text: string): string {
  const fraction = text.slice(20, text.indexOf('+', 19)).padEnd(3, '0').slice(0, 3)
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`
}

/** Ids of records need no escaping; those that clients choose may. */
const isPlain = (id: string) => /^[0-9a-f-]+$/.test(id)

function referenceTo(base: string, to: Field['to']): Encoder {
  // 1.1 has one address for everything.
  const home = to?.service ? base.replace(/(gradebook|resources)\/v1p2$/, `${to.service}/v1p2`) : base
  const [before, between, after] = [
    `{"href":"${home}/${to?.path}/`,
    '","sourcedId":',
    `,"type":"${to?.type}"}`,
  ]
  return (id) =>
    isPlain(id)
      ? `${before}${id}${between}"${id}"${after}`
      : `${before}${encodeURIComponent(id)}${between}${JSON.stringify(id)}${after}`
}

/** Lists of references are of records, so their array of PostgreSQL, `{id,id}`, is read as it stands. */
function referencesTo(base: string, to: Field['to']): Encoder {
  const one = referenceTo(base, to)
  return (text) => (text === '{}' ? '[]' : `[${text.slice(1, -1).split(',').map(one).join(',')}]`)
}

function encoderOf({ kind, to, hasAddresses }: Field, base: string): Encoder {
  const encoders: Readonly<Record<Kind, () => Encoder>> = {
    text: () => quoted,
    exact: () => quoted,
    number: () => asIs,
    flag: () => (text) => (text === 't' ? '"true"' : '"false"'),
    day: () => plain,
    instant: () => (text) => `"${instantOf(text)}"`,
    // Arrives as JSON (statement.ts).
    texts: () => asIs,
    reference: () => referenceTo(base, to),
    references: () => referencesTo(base, to),
    json: () => (hasAddresses ? (text) => text.replaceAll('{base}', base) : asIs),
  }
  return encoders[kind]()
}

/** Turns a row whose columns are these fields, in this order, into an object of OneRoster: what is null is left out. */
export function objectEncoder(fields: readonly Field[], base: string): (row: TextRow) => string {
  const parts = fields.map((field) => ({
    key: `${JSON.stringify(field.name)}:`,
    encode: encoderOf(field, base),
  }))
  return (row) => {
    let json = '{'
    for (let at = 0; at < parts.length; at++) {
      const text = row[at]
      if (text === null || text === undefined) continue
      const { key, encode } = parts[at] as (typeof parts)[number]
      json += (json === '{' ? '' : ',') + key + encode(text)
    }
    return `${json}}`
  }
}

/**
 * Rows that become bytes at a time. Longer texts cost three to five times as much: they are put together as a tree, which
 * is flattened outside of the young heap, and a single letter beyond Latin-1 doubles all of it (measured with 1,000 pupils).
 */
const rowsAtOnce = 25

/** Objects as the bytes of a JSON list, without its brackets. */
export function bytesOf(rows: readonly TextRow[], encode: (row: TextRow) => string): Buffer {
  const pieces: Buffer[] = []
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const objects = rows
      .slice(from, from + rowsAtOnce)
      .map(encode)
      .join(',')
    pieces.push(Buffer.from(from === 0 ? objects : `,${objects}`))
  }
  return Buffer.concat(pieces)
}
