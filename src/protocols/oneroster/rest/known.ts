import type { Query, Tx } from '../../../foundation/db/transaction.ts'
import { refuse } from '../../../foundation/http/problems.ts'
import { type Clock, today } from '../../../foundation/time/clock.ts'
import type { OneRosterResource } from '../resource.ts'
import type { Caller } from './guard.ts'
import { objectId, type Wanted, whichStatement } from './statement.ts'

/** A resource as a caller sees all of it. */
export const whole = (resource: OneRosterResource, { sight }: Pick<Caller, 'sight'>): Wanted => ({
  resource,
  sight,
  narrow: undefined,
  part: undefined,
  filter: undefined,
  fields: [],
  sort: undefined,
})

/** The values of the placeholders that every resource has. */
export const common = ({ who }: Pick<Caller, 'who'>, clock: Clock) => ({
  today: today(clock),
  agreement: who.agreement.id,
})

/** Asks which of these objects there are for this caller: a row with the id of each. */
const whichQuery = (
  resource: OneRosterResource,
  ids: readonly string[],
  caller: Caller,
  clock: Clock,
): Query => ({
  query: whichStatement({ ...whole(resource, caller), key: resource.many }),
  values: { ...common(caller, clock), objects: ids.map((id) => objectId(resource, id)) },
})

/** Asks whether there is an object for this caller: one row, or none. */
export const existsQuery = (resource: OneRosterResource, id: string, caller: Caller, clock: Clock): Query =>
  whichQuery(resource, [id], caller, clock)

export async function isThere(
  tx: Tx,
  caller: Caller,
  resource: OneRosterResource,
  id: string,
): Promise<boolean> {
  const { query, values } = existsQuery(resource, id, caller, tx.clock)
  return (await tx.rows(query, values)).length === 1
}

/** An object to which another one refers, and where it says so. */
export interface Reference {
  path: string
  resource: OneRosterResource
  /** Nothing is referred to when it is undefined. */
  id: string | undefined
}

/** Every object that is referred to must be there for this caller. One statement for each resource, however many objects. */
export async function requireThere(tx: Tx, caller: Caller, references: readonly Reference[]): Promise<void> {
  const wanted = new Map<OneRosterResource, Set<string>>()
  for (const { resource, id } of references)
    if (id !== undefined) wanted.set(resource, (wanted.get(resource) ?? new Set()).add(id))
  const there = new Map<OneRosterResource, ReadonlySet<string | null | undefined>>()
  for (const [resource, ids] of wanted) {
    const { query, values } = whichQuery(resource, [...ids], caller, tx.clock)
    there.set(resource, new Set((await tx.rows(query, values)).map(([id]) => id)))
  }
  refuse(
    references.flatMap(({ path, resource, id }) =>
      id === undefined || there.get(resource)?.has(id)
        ? []
        : [{ path, message: `There is no ${resource.one} ${id}.` }],
    ),
  )
}
