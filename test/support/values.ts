import type { TSchema } from '@sinclair/typebox'
import fc from 'fast-check'

/** Values that a JSON schema allows, with its edges, and now and then one that it does not. */
export function valueLike(schema: TSchema, ids: readonly string[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: allowed(schema, ids) },
    { weight: 1, arbitrary: fc.jsonValue({ stringUnit: 'binary', maxDepth: 1 }) },
  )
}

function allowed(schema: TSchema, ids: readonly string[]): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...(schema.enum as unknown[]))
  if (schema.anyOf) return fc.oneof(...(schema.anyOf as TSchema[]).map((each) => allowed(each, ids)))
  const make = makers[Array.isArray(schema.type) ? schema.type[0] : schema.type]
  return make ? make(schema, ids) : fc.jsonValue()
}

type Maker = (schema: TSchema, ids: readonly string[]) => fc.Arbitrary<unknown>

const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString())

const formats: Record<string, (ids: readonly string[]) => fc.Arbitrary<string>> = {
  uuid: (ids) =>
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: fc.uuid() }),
  date: () =>
    fc.oneof(
      day.map((date) => date.slice(0, 10)),
      fc.constantFrom('2026-11-23', '0001-01-01', '2026-02-30', '9999-12-31'),
    ),
  'date-time': () => fc.oneof(day, fc.constantFrom('2026-11-23T09:00:00Z', '9999-12-31T23:59:60Z')),
}

const makers: Record<string, Maker> = {
  null: () => fc.constant(null),
  boolean: () => fc.boolean(),
  integer: ({ minimum = -2_147_483_648, maximum = 2_147_483_647 }) =>
    fc.integer({ min: minimum, max: maximum }),
  number: () => fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()),
  string: (schema, ids) => {
    const format = formats[schema.format as string]
    if (format) return format(ids)
    const { minLength = 0, maxLength = 60 } = schema as { minLength?: number; maxLength?: number }
    const size = { minLength, maxLength: Math.min(maxLength, 80) }
    const text = fc.oneof(fc.string({ unit: 'binary', ...size }), fc.string({ unit: 'grapheme', ...size }))
    return schema.pattern ? fc.oneof(fc.stringMatching(new RegExp(schema.pattern)), text) : text
  },
  array: (schema, ids) =>
    fc.array(valueLike(schema.items as TSchema, ids), { minLength: schema.minItems ?? 0, maxLength: 4 }),
  object: ({ properties = {}, required = [] }, ids) => {
    const values = Object.fromEntries(
      Object.entries(properties as Record<string, TSchema>).map(([key, each]) => [key, valueLike(each, ids)]),
    )
    return fc.record(values, { requiredKeys: required as string[] })
  },
}
