import { leanOn, type Principal, requireScope } from '../access/principal.ts'
import { reachesAsFar } from '../access/reach.ts'
import { problem } from '../http/problems.ts'
import { type Relation, type Resource, readScope } from './resource.ts'
import { type FieldGroup, groupOf } from './spoken.ts'

/** What an answer will hold: decided before any SQL is chosen. */
export interface Selection {
  fields: readonly string[]
  relations: readonly { name: string; relation: Relation; fields: readonly string[] }[]
}

/** Whether the fields of a group are part of an answer without being named. */
function isAnswered(who: Principal, of: Resource, group: FieldGroup | undefined): boolean {
  return !group || reachesAsFar(who, readScope(of, group))
}

/** Throws 403 when a named field, filter or sort key belongs to a group that is not granted; else the answer leans on it. */
export function requireField(who: Principal, of: Resource, field: string): void {
  const group = groupOf(of.row.properties[field] ?? of.filter.properties[field])
  if (!group) return
  const scope = readScope(of, group)
  if (!who.scopes.has(scope))
    throw problem('field-group-not-granted', {
      detail: `${field} belongs to the group ${group}; it needs the scope ${scope}.`,
    })
  leanOn(who, scope)
}

/** The fields of a resource that a caller gets unasked, in the order in which the schema names them. */
export function grantedFields(who: Principal, of: Resource): string[] {
  return Object.entries(of.row.properties)
    .filter(([, schema]) => isAnswered(who, of, groupOf(schema)))
    .map(([name]) => name)
}

/** Reads `fields` and `include`. `id` is always part of the answer. */
export function select(
  who: Principal,
  of: Resource,
  { fields, include }: { fields?: string | undefined; include?: string | undefined },
): Selection {
  return {
    fields: fields === undefined ? grantedFields(who, of) : namedFields(who, of, fields.split(',')),
    relations: include === undefined ? [] : include.split(',').map((name) => namedRelation(who, of, name)),
  }
}

function namedFields(who: Principal, of: Resource, names: string[]): string[] {
  for (const name of names) {
    if (!(name in of.row.properties)) throw unknownName('fields', name, Object.keys(of.row.properties))
    requireField(who, of, name)
  }
  const wanted = new Set(['id', ...names])
  return Object.keys(of.row.properties).filter((name) => wanted.has(name))
}

function namedRelation(who: Principal, of: Resource, name: string) {
  const relation = of.relations.get(name)
  if (!relation) throw unknownName('include', name, [...of.relations.keys()])
  requireScope(who, readScope(relation.target))
  return { name, relation, fields: grantedFields(who, relation.target) }
}

export function unknownName(parameter: string, name: string, known: readonly string[]) {
  const choice = known.length > 0 ? `Known here: ${known.join(', ')}.` : 'There is nothing to name here.'
  return problem('query-invalid', {
    errors: [{ path: `?${parameter}`, message: `"${name.slice(0, 60)}" is not known. ${choice}` }],
  })
}
