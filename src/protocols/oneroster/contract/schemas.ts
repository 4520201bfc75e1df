import { type Field, type Kind, type OneRosterResource, refers } from '../resource.ts'
import { fieldsOf, isRequiredIn } from '../rest/query.ts'
import type { Version } from '../scopes.ts'

/** JSON Schema, or another object of OpenAPI. */
export type Json = Readonly<Record<string, unknown>>

const plain: Readonly<Record<Exclude<Kind, 'reference' | 'references' | 'json'>, Json>> = {
  text: { type: 'string' },
  exact: { type: 'string' },
  number: { type: 'number' },
  flag: { type: 'string', enum: ['true', 'false'] },
  day: { type: 'string', format: 'date', examples: ['2026-11-23'] },
  instant: { type: 'string', format: 'date-time', examples: ['2026-11-23T09:00:00.000Z'] },
  texts: { type: 'array', items: { type: 'string' } },
}

const nameOf = ({ one }: OneRosterResource): string => `${one[0]?.toUpperCase()}${one.slice(1)}`
const refer = (resource: OneRosterResource): Json => ({ $ref: `#/components/schemas/${nameOf(resource)}` })

/** One property. An annotation beside a reference is allowed since 3.1. */
function propertyOf(field: Field, version: Version): Json {
  const { kind, to, about: description } = field
  if (kind === 'reference') return { ...refers(to?.type ?? ''), description }
  if (kind === 'references') return { type: 'array', items: refers(to?.type ?? ''), description }
  if (kind === 'json' || field.shape) return { ...(field.shape ?? { type: 'object' }), description }
  const words = field.words && ('v1p1' in field.words ? field.words[version] : field.words)
  return { ...plain[kind], ...(words && { enum: words }), description }
}

/** An object of a resource, as a version of the standard writes it. */
function objectOf(resource: OneRosterResource, version: Version): Json {
  const fields = fieldsOf(resource, version)
  return {
    type: 'object',
    description: resource.about,
    additionalProperties: false,
    required: fields.filter((each) => isRequiredIn(each, version)).map(({ name }) => name),
    properties: Object.fromEntries(fields.map((field) => [field.name, propertyOf(field, version)])),
  }
}

/** GUIDRef of the standard: where the other object is, its id, and what it is. */
const reference = (type: string): Json => ({
  type: 'object',
  additionalProperties: false,
  required: ['href', 'sourcedId', 'type'],
  properties: {
    href: { type: 'string', format: 'uri', description: 'Address of the object.' },
    sourcedId: { type: 'string', description: 'Its id.' },
    type: { type: 'string', enum: [type], description: 'What it is.' },
  },
})

/** The envelope of a list is the plural, that of one object the singular. */
export function envelopeOf(resource: OneRosterResource, isOne: boolean): Json {
  const name = isOne ? resource.one : resource.many
  return {
    type: 'object',
    additionalProperties: false,
    required: [name],
    properties: {
      [name]: isOne
        ? { ...refer(resource), description: 'The object.' }
        : { type: 'array', items: refer(resource), description: 'The page.' },
    },
  }
}

/** Objects and references that these resources need. */
export function schemasOf(resources: readonly OneRosterResource[], version: Version): Json {
  const objects = resources.map((each) => [nameOf(each), objectOf(each, version)] as const)
  const types = [...JSON.stringify(objects).matchAll(/schemas\/(\w+)Ref"/g)].map(([, name = '']) => name)
  const references = [...new Set(types)]
    .sort()
    .map((name) => [`${name}Ref`, reference(`${name[0]?.toLowerCase()}${name.slice(1)}`)] as const)
  return Object.fromEntries([...objects, ...references])
}

/** What writes are answered with: the ids that the caller proposed, and those that were given. */
export const idPairs: Json = {
  type: 'object',
  additionalProperties: false,
  required: ['sourcedIdPairs'],
  properties: {
    sourcedIdPairs: {
      type: 'array',
      description: 'One pair for each object, in the order of the body.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['suppliedSourcedId', 'allocatedSourcedId'],
        properties: {
          suppliedSourcedId: { type: 'string', description: 'The id in the body.' },
          allocatedSourcedId: { type: 'string', description: 'The id under which it is kept.' },
        },
      },
    },
  },
}
