import { type Static, type TObject, type TSchema, Type } from '@sinclair/typebox'

/** Keywords of our own in schemas: the field group that a property belongs to. Stripped of no contract: `x-` is legal in OpenAPI. */
export const groupKeyword = 'x-field-group'

/** Pupil and staff fields that need a scope of their own. */
export type FieldGroup = 'identifiers' | 'demographics' | 'contacts' | 'sen' | 'medical' | 'eligibility'

/** A value that may be null. */
export const nullable = <T extends TSchema>(schema: T) =>
  Type.Unsafe<Static<T> | null>({
    ...schema,
    ...(Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {}),
    type: [schema.type, 'null'],
  })

/** One of a few words. */
export const oneOf = <const T extends readonly string[]>(words: T, options: object = {}) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...words], ...options })

export const Id = (what: string) =>
  Type.String({ format: 'uuid', description: what, examples: ['0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11'] })
export const Day = (what: string, example = '2026-09-01') =>
  Type.String({ format: 'date', description: what, examples: [example] })
export const Instant = (what: string) =>
  Type.String({ format: 'date-time', description: what, examples: ['2026-11-23T08:45:00.000Z'] })
export const TimeOfDay = (what: string, example = '08:45') =>
  Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', description: what, examples: [example] })
export const Text = (what: string, example: string, maxLength = 200) =>
  Type.String({ minLength: 1, maxLength, description: what, examples: [example] })
export const Flag = (what: string, example = false) =>
  Type.Boolean({ description: what, examples: [example] })
export const Whole = (what: string, minimum: number, maximum: number, example: number) =>
  Type.Integer({ minimum, maximum, description: what, examples: [example] })

export const defaultPage = 100

/** The parameters of every list that turn its pages; validation fills in `limit`. */
export const paging = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: defaultPage,
      description: 'Records on a page.',
      examples: [100],
    }),
  ),
  after: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 2000,
      pattern: '^[A-Za-z0-9_-]+$',
      description: '`next` of the page before.',
    }),
  ),
}

/** Puts fields into a group: they are absent without its scope, and cannot be named either. */
export function inGroup<T extends Record<string, TSchema>>(group: FieldGroup, fields: T): T {
  const marked: Record<string, TSchema> = {}
  for (const [name, schema] of Object.entries(fields)) marked[name] = { ...schema, [groupKeyword]: group }
  return marked as T
}

export function groupOf(schema: TSchema | undefined): FieldGroup | undefined {
  return schema?.[groupKeyword] as FieldGroup | undefined
}

/** What every record speaks of itself. */
export const recordFields = {
  id: Id('Opaque id (UUIDv7); never changes.'),
  updatedAt: Instant('When the record last changed.'),
}

/** A change of a record: every field may be left out; null clears a field that may be empty (RFC 7396). */
export function changeOf<T extends TObject>(body: T, options: object = {}) {
  return Type.Partial(body, { additionalProperties: false, ...options })
}
