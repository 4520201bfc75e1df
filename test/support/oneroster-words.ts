/** What JSON Schemas of OneRoster's objects are made of, written from the standard for tests alone. */
export type Version = 'v1p1' | 'v1p2'

export type Schema = Readonly<Record<string, unknown>>
export type Properties = Readonly<Record<string, Schema>>

export const text: Schema = { type: 'string', minLength: 1 }
export const flag: Schema = { enum: ['true', 'false'] }
export const date: Schema = { type: 'string', format: 'date', pattern: String.raw`^\d{4}-\d\d-\d\d$` }
/** With fractional seconds, in UTC: consumers of both versions stop at anything else. */
export const instant: Schema = {
  type: 'string',
  format: 'date-time',
  pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$`,
}
export const number: Schema = { type: 'number' }
export const uri: Schema = { type: 'string', format: 'uri' }
export const listOf = (items: Schema, minItems = 0): Schema => ({ type: 'array', items, minItems })
export const word = (...words: string[]): Schema => ({ enum: words })
/** 1.2 opens most of its word lists to extensions. */
export const wordOr = (version: Version, ...words: string[]): Schema =>
  version === 'v1p1'
    ? word(...words)
    : { anyOf: [word(...words), { type: 'string', pattern: String.raw`^ext:[\w.-]+$` }] }

/** An object without other keys; a name with `!` is required. */
export function object(properties: Properties): Schema {
  const names = Object.keys(properties)
  return {
    type: 'object',
    additionalProperties: false,
    required: names.filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1)),
    properties: Object.fromEntries(names.map((name) => [name.replace('!', ''), properties[name]])),
  }
}

export const reference = (type: string): Schema =>
  object({ 'href!': uri, 'sourcedId!': text, 'type!': word(type) })
export const org = reference('org')
export const session = reference('academicSession')
export const course = reference('course')
export const inClass = reference('class')
export const user = reference('user')
export const resourceRefs = listOf(reference('resource'))
export const category = reference('category')
export const lineItem = reference('lineItem')
export const scoreScale = reference('scoreScale')

export const base: Properties = {
  'sourcedId!': text,
  'status!': word('active', 'tobedeleted'),
  'dateLastModified!': instant,
  metadata: { type: 'object' },
}
