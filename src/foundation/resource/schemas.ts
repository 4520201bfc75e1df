import { type TObject, type TSchema, Type } from '@sinclair/typebox'
import type { Resource } from './resource.ts'
import { nullable } from './spoken.ts'

/** The answered form: `id` is always there, everything else as granted, asked for and included. */
export function answered(of: Resource): TObject {
  const relations: Record<string, TSchema> = {}
  for (const [name, { target, isMany, description }] of of.relations) {
    const one = plainRow(target)
    relations[name] = Type.Optional(
      isMany ? Type.Array(one, { description }) : nullable({ ...one, description }),
    )
  }
  return Type.Object(
    { ...plainRow(of).properties, ...relations },
    { additionalProperties: false, title: of.one },
  )
}

function plainRow({ row }: Resource): TObject {
  const { id, ...rest } = row.properties
  const optional: Record<string, TSchema> = {}
  for (const [name, schema] of Object.entries(rest)) optional[name] = Type.Optional(schema)
  return Type.Object({ id: id as TSchema, ...optional }, { additionalProperties: false })
}
