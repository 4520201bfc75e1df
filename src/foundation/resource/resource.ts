import type { TObject } from '@sinclair/typebox'
import type { Column, SQL } from 'drizzle-orm'
import type { Scope } from '../access/scopes.ts'
import type { RecordTable } from '../db/columns.ts'
import type { ProblemCode } from '../http/problem-catalogue.ts'

/** SQL that yields one spoken field. */
export type Source = Column | SQL

/** How a resource is read: which SQL stands behind each spoken field, filter and sort key. */
export interface View<Field extends string = string> {
  table: RecordTable
  /** FROM with its joins; the table itself when left out. */
  from?: SQL
  fields: Record<Field, Source>
  /** Query parameter -> condition. The argument is a placeholder: cast it where PostgreSQL cannot infer its type. */
  filters?: Record<string, (value: SQL) => SQL>
  /** Sort key -> expression that is never null. `id` is always there and is the default. */
  sorts?: Record<string, Source>
}

/** What a constraint means to a caller. Names are `table__column`. */
export type ConstraintMeanings = Record<string, { code: ProblemCode; path?: string; message: string }>

/** A record beside the one that is read, named in `include`. */
export interface Relation {
  /** What the relation leads to; its own scope and field groups hold. */
  target: Resource
  /** Whether it leads to many. */
  isMany: boolean
  /** Joins the target to the row that is read. */
  on: SQL
  /** Order of many. */
  order?: SQL
  description: string
}

/** What a resource says about itself. */
export interface Resource {
  /** Folder, URL, scope, tag: one noun. */
  name: string
  /** Path below /v1. */
  path: string
  /** One of them, as operation ids say it: `Pupil`. */
  one: string
  /** Several, where the plural is not one + s. */
  many: string
  /** One of them in a sentence, with its article: `a pupil`. */
  phrase: string
  /** Base of its scopes: `pupils` -> pupils:read, pupils:write. */
  scope: string
  tag: string
  /** Spoken form; field groups are marked in it. */
  row: TObject
  filter: TObject
  view: View
  constraints: ConstraintMeanings
  /** Field that holds the id of the pupil concerned: for the change log. */
  pupilField: string | undefined
  /** Whether guardians and pupils see its rows from a time of publication on only. */
  isPublished: boolean
  /** Filled by `relate`, before routes are made. */
  relations: Map<string, Relation>
}

type Said<Row extends TObject> = {
  path: string
  one: string
  many?: string
  phrase: string
  scope: string
  tag?: string
  row: Row
  filter: TObject
  view: View<Extract<keyof Row['properties'], string>>
  constraints?: ConstraintMeanings
  pupilField?: string
  isPublished?: boolean
}

/** Declares a resource. The view must give SQL for exactly the fields that the row speaks: drift does not compile. */
export function resource<Row extends TObject>(said: Said<Row>): Resource {
  const properties = Object.keys(said.row.properties)
  const known = properties.includes('pupilId') ? 'pupilId' : undefined
  return {
    ...said,
    name: said.path.replace(/^\//, ''),
    many: said.many ?? `${said.one}s`,
    tag: said.tag ?? said.scope,
    constraints: said.constraints ?? {},
    pupilField: said.pupilField ?? known,
    isPublished: said.isPublished ?? false,
    relations: new Map(),
  }
}

/** Makes one resource includable from another. The later record of the two calls it, so imports keep pointing down. */
export function relate(from: Resource, name: string, relation: Relation): void {
  from.relations.set(name, relation)
}

export const readScope = (of: Resource, group?: string) =>
  `${of.scope}${group ? `.${group}` : ''}:read` as Scope
export const writeScope = (of: Resource, group?: string) =>
  `${of.scope}${group ? `.${group}` : ''}:write` as Scope

/** Every constraint of the resources given, for the one place where failures are rendered. */
export function constraintMeanings(resources: readonly Resource[]): ConstraintMeanings {
  return Object.assign({}, ...resources.map(({ constraints }) => constraints))
}
