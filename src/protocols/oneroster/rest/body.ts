import { type Fault, refuse } from '../../../foundation/http/problems.ts'
import { bodyFaults } from '../../../foundation/http/validation.ts'
import { instantOfLocal, localTime } from '../../../foundation/time/clock.ts'
import { isDate, isInstant } from '../../../foundation/time/days.ts'
import type { Field, Kind, OneRosterResource } from '../resource.ts'
import type { Version } from '../scopes.ts'
import { fieldsOf, isRequiredIn } from './query.ts'

/** An object as it was sent: value by name of the field. References are the ids to which they lead, flags are booleans. */
export type Sent = Readonly<Record<string, unknown>>

/** Greatest number that a score may be, either way. */
const mostScore = 999_999_999
const sourcedId = { type: 'string', minLength: 1, maxLength: 255, pattern: '^[^\\u0000-\\u001f\\u007f]*$' }

const shapes: Readonly<Record<Kind, object>> = {
  text: { type: 'string', maxLength: 10_000 },
  exact: { type: 'string' },
  number: { type: 'number', minimum: -mostScore, maximum: mostScore },
  flag: { enum: ['true', 'false', true, false] },
  day: { type: 'string', examples: ['2026-11-23'] },
  instant: { type: 'string', examples: ['2026-11-23T09:00:00.000Z'] },
  texts: { type: 'array', items: { type: 'string' } },
  reference: { type: 'object', required: ['sourcedId'], properties: { sourcedId } },
  references: {
    type: 'array',
    items: { type: 'object', required: ['sourcedId'], properties: { sourcedId } },
  },
  json: { type: 'object' },
}

function shapeOf(field: Field, version: Version): object {
  const { name, kind, words, shape, about } = field
  const own = {
    ...(name === 'sourcedId' ? sourcedId : (shape ?? shapes[kind])),
    ...(Array.isArray(words) && { enum: words }),
    ...(kind === 'text' && isRequiredIn(field, version) && { minLength: 1 }),
  }
  return { ...own, description: about }
}

/** What whoever writes an object may say: nobody says when it was last modified. */
const writable = (resource: OneRosterResource, version: Version) =>
  fieldsOf(resource, version).filter(({ name }) => name !== 'dateLastModified')

/**
 * JSON Schema of a body, from the table of fields: one object in the envelope of one, or a list of them. It is lenient as
 * clients need it: what the school knows itself may be left out, other names are ignored.
 */
export function bodySchema(resource: OneRosterResource, version: Version, isOne: boolean): object {
  const fields = writable(resource, version)
  const object = {
    type: 'object',
    required: fields.filter((each) => isRequiredIn(each, version) && !each.isGiven).map(({ name }) => name),
    properties: Object.fromEntries(fields.map((field) => [field.name, shapeOf(field, version)])),
  }
  const name = isOne ? resource.one : resource.many
  const value = isOne ? object : { type: 'array', minItems: 1, maxItems: 1000, items: object }
  return { type: 'object', required: [name], properties: { [name]: value } }
}

const validators = new Map<string, ReturnType<typeof bodyFaults>>()

function validatorOf(resource: OneRosterResource, version: Version, isOne: boolean) {
  const key = `${version} ${isOne ? resource.one : resource.many}`
  const validate = validators.get(key) ?? bodyFaults(bodySchema(resource, version, isOne))
  validators.set(key, validate)
  return validate
}

/** The objects of a body. Every fault of the whole body is told at once. */
export function readBody(
  resource: OneRosterResource,
  version: Version,
  isOne: boolean,
  body: unknown,
): Sent[] {
  const name = isOne ? resource.one : resource.many
  const cleaned = withoutNulls(body, name)
  refuse(validatorOf(resource, version, isOne)(cleaned))
  const value = (cleaned as Record<string, unknown>)[name]
  const objects = (isOne ? [value] : value) as Record<string, unknown>[]
  const faults: Fault[] = []
  const fields = writable(resource, version)
  const sent = objects.map((object, at) =>
    readObject(object, fields, isOne ? `/${name}` : `/${name}/${at}`, faults),
  )
  refuse(faults)
  return sent
}

/** Some clients send null for what they do not say. */
function withoutNulls(body: unknown, name: string): unknown {
  const strip = (value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null))
      : value
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return body
  const value = (body as Record<string, unknown>)[name]
  return { ...body, [name]: Array.isArray(value) ? value.map(strip) : strip(value) }
}

function readObject(
  object: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
  path: string,
  faults: Fault[],
): Sent {
  const sent: Record<string, unknown> = {}
  for (const { name, kind } of fields) {
    if (object[name] === undefined) continue
    const value = readers[kind]?.(object[name]) ?? object[name]
    if (value === unreadable) faults.push({ path: `${path}/${name}`, message: readable[kind] ?? '' })
    sent[name] = value
  }
  return sent
}

const unreadable = Symbol('unreadable')
const readable: Partial<Record<Kind, string>> = {
  day: 'must be a day, such as 2026-11-23, or an instant.',
  instant: 'must be an instant, such as 2026-11-23T09:00:00.000Z, or a day.',
}

const readers: Partial<Record<Kind, (value: unknown) => unknown>> = {
  flag: (value) => value === true || value === 'true',
  day: (value) => readDay(value as string),
  instant: (value) => readInstant(value as string),
  reference: (value) => (value as { sourcedId: string }).sourcedId,
}

const local = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d)(:[0-5]\d(\.\d+)?)?$/

function readDay(text: string): string | symbol {
  if (isDate(text)) return text
  if (isInstant(text)) return localTime(new Date(text)).date
  const [, day = ''] = local.exec(text) ?? []
  return isDate(day) ? day : unreadable
}

/** A day is its midnight in UTC, so that it is read back as the same day. Without an offset it is a time in England. */
function readInstant(text: string): string | symbol {
  if (isDate(text)) return `${text}T00:00:00.000Z`
  if (isInstant(text)) return new Date(text).toISOString()
  const [, day = '', hour, minute] = local.exec(text) ?? []
  return isDate(day) ? instantOfLocal(day, `${hour}:${minute}`).toISOString() : unreadable
}
