import { type TObject, type TSchema, Type } from '@sinclair/typebox'
import type { Resource } from './resource.ts'

/** The answered form: `id` is always there, everything else as granted, asked for and included. */
export function answered(of: Resource): TObject {
  const relations: Record<string, TSchema> = {}
  for (const [name, { target, isMany, description }] of of.relations) {
    const one = plainRow(target)
    const shape = isMany ? Type.Array(one, { description }) : Type.Union([one, Type.Null()], { description })
    relations[name] = Type.Optional(shape)
  }
  return Type.Object(
    { ...plainRow(of).properties, ...relations },
    { additionalProperties: false, title: of.one },
  )
}

/** The record without what may be included beside it. */
function plainRow({ row, one }: Resource): TObject {
  const { id, ...rest } = row.properties
  const optional: Record<string, TSchema> = {}
  for (const [name, schema] of Object.entries(rest)) optional[name] = Type.Optional(schema)
  return Type.Object(
    { id: id as TSchema, ...optional },
    { additionalProperties: false, title: `${one}Record` },
  )
}

const strict = { additionalProperties: false }

/** The answer of a list that is always whole, since it is short. */
export const wholeOf = (row: TSchema) =>
  Type.Object(
    {
      data: Type.Array(row),
      next: Type.Null({ description: 'There is never a second page.', examples: [null] }),
    },
    strict,
  )

/** The answer of a list that comes page by page. */
export const pageOf = (row: TSchema) =>
  Type.Object(
    {
      data: Type.Array(row),
      next: Type.Union([Type.String(), Type.Null()], {
        description: 'Cursor of the next page, for `after`; null on the last page.',
        examples: [null],
      }),
    },
    strict,
  )
