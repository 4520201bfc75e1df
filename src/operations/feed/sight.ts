import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Principal } from '../../foundation/access/principal.ts'
import { type Reach, reachOf } from '../../foundation/access/reach.ts'
import { isSensitive } from '../../foundation/access/scopes.ts'
import { compile } from '../../foundation/db/compiled.ts'
import type { SchoolSnapshot } from '../../foundation/db/snapshot.ts'
import { type Database, readTogether, type TextRow } from '../../foundation/db/transaction.ts'
import { type Resource, readScope } from '../../foundation/resource/resource.ts'
import { grantedFields } from '../../foundation/resource/selection.ts'

/** Which subjects (pupils, and the contacts who come with them) are seen: all, all but some, or some only. */
export type Subjects = { kind: 'all' } | { kind: 'but'; ids: string[] } | { kind: 'only'; ids: string[] }

/** What a caller may see of one resource. */
export interface ResourceSight {
  /** Place in `Sight.subjects`. */
  subjects: number
  fields: string[]
}

/** Everything that a caller may see: what a copy made for it may hold. */
export interface Sight {
  resources: Record<string, ResourceSight>
  subjects: Subjects[]
}

/** A sight with the principals by which its resources are read. */
export interface Sighted {
  /** Hash of the sight. */
  id: string
  sight: Sight
  /** The caller, leaning on what one resource needs. */
  readerOf(of: Resource): Principal
}

const all: Subjects = { kind: 'all' }

const readSettings = compile(
  sql`select nullif(current_setting('app.pupils', true), ''), nullif(current_setting('app.withheld', true), '')`,
)

/** What the caller sees right now of some resources, worked out by the very statement that narrows its transactions. */
export function sightOf(db: Database, who: Principal, resources: readonly Resource[]): Promise<Sighted> {
  return sightBy((reach) => subjectsOf(db, who.schoolId, reach), who, resources)
}

/** The same within a snapshot: what is read there is seen with this very sight. */
export function sightIn(
  snapshot: SchoolSnapshot,
  who: Principal,
  resources: readonly Resource[],
): Promise<Sighted> {
  const subjects = async (reach: Reach) => {
    if (reach === 'everyone') return all
    await snapshot.narrowTo(reach)
    return subjectsFrom(await snapshot.rows(readSettings, {}))
  }
  return sightBy(subjects, who, resources)
}

async function sightBy(
  subjectsOf: (reach: Reach) => Promise<Subjects>,
  who: Principal,
  resources: readonly Resource[],
): Promise<Sighted> {
  const readers = new Map<string, Principal>()
  const reaches: { key: string; reach: Reach }[] = []
  const seen: Record<string, ResourceSight> = {}
  for (const of of resources.filter((each) => maySee(who, each))) {
    const reader = { ...who, leansOn: new Set([readScope(of) as string]) }
    readers.set(of.name, reader)
    const reach = reachOf(reader)
    const key = JSON.stringify(reach)
    let at = reaches.findIndex((each) => each.key === key)
    if (at < 0) at = reaches.push({ key, reach }) - 1
    seen[of.name] = { subjects: at, fields: grantedFields(reader, of) }
  }
  const subjects: Subjects[] = []
  // One after the other: a snapshot has one connection.
  for (const { reach } of reaches) subjects.push(await subjectsOf(reach))
  const sight = { resources: seen, subjects }
  return { id: hashOf(sight), sight, readerOf: (of) => readers.get(of.name) as Principal }
}

function maySee(who: Principal, of: Resource): boolean {
  const scope = readScope(of)
  return who.scopes.has(scope) && (!isSensitive(scope) || who.isStrong)
}

async function subjectsOf(db: Database, schoolId: string, reach: Reach): Promise<Subjects> {
  if (reach === 'everyone') return all
  const [rows = []] = await readTogether(db, { schoolId, reach }, [{ query: readSettings, values: {} }])
  return subjectsFrom(rows)
}

function subjectsFrom(rows: readonly TextRow[]): Subjects {
  const [only, withheld] = rows[0] ?? []
  if (only != null) return { kind: 'only', ids: idsIn(only) }
  const ids = idsIn(withheld ?? '{}')
  return ids.length === 0 ? all : { kind: 'but', ids }
}

/** An array as PostgreSQL writes it. */
const idsIn = (text: string): string[] => text.slice(1, -1).split(',').filter(Boolean).sort()

const hashOf = (sight: Sight) =>
  createHash('sha256').update(JSON.stringify(sight)).digest('base64url').slice(0, 22)

const sets = new WeakMap<Subjects, ReadonlySet<string>>()

/** Whether a subject is seen. */
export function sees(subjects: Subjects, id: string): boolean {
  if (subjects.kind === 'all') return true
  let set = sets.get(subjects)
  if (!set) {
    set = new Set(subjects.ids)
    sets.set(subjects, set)
  }
  return set.has(id) === (subjects.kind === 'only')
}

export const subjectsSeen = ({ resources, subjects }: Sight, resource: string): Subjects | undefined => {
  const of = resources[resource]
  return of && subjects[of.subjects]
}
