import type { TSchema } from '@sinclair/typebox'
import type { TextRow } from '../db/transaction.ts'

/** Writes one value of PostgreSQL's text as JSON. */
type Encoder = (text: string) => string

/** '2026-11-23 08:45:00.12+00' -> '2026-11-23T08:45:00.12Z' (sessions run in UTC). */
const instant: Encoder = (text) => `"${text.slice(0, 10)}T${text.slice(11).replace(/\+00$/, '')}Z"`
const plain: Encoder = (text) => `"${text}"`
const asIs: Encoder = (text) => text
const flag: Encoder = (text) => (text === 't' ? 'true' : 'false')

function encoderOf(schema: TSchema): Encoder {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (type === 'boolean') return flag
  if (type !== 'string') return asIs
  if (schema.format === 'date-time') return instant
  // UUIDs and dates need no escaping.
  return schema.format === 'uuid' || schema.format === 'date' ? plain : JSON.stringify
}

/** Builds the function that turns a row of text into a JSON object, straight from the spoken schema. */
export function rowEncoder(fields: readonly { name: string; schema: TSchema }[]): (row: TextRow) => string {
  const parts = fields.map(({ name, schema }, at) => ({
    key: `${at === 0 ? '' : ','}${JSON.stringify(name)}:`,
    encode: encoderOf(schema),
  }))
  return (row) => {
    let json = '{'
    for (let at = 0; at < parts.length; at++) {
      const { key, encode } = parts[at] as (typeof parts)[number]
      const text = row[at]
      json += key
      json += text === null || text === undefined ? 'null' : encode(text)
    }
    return `${json}}`
  }
}
