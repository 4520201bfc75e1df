import type { Query, Tx } from '../../../foundation/db/transaction.ts'
import { type Fault, refuse } from '../../../foundation/http/problems.ts'
import { type Clock, today } from '../../../foundation/time/clock.ts'
import type { OneRosterResource } from '../resource.ts'
import type { Caller } from './guard.ts'
import { existsStatement, objectId, type Wanted } from './statement.ts'

/** A resource as a caller sees all of it. */
export const whole = (resource: OneRosterResource, { sight }: Pick<Caller, 'sight'>): Wanted => ({
  resource,
  sight,
  narrow: undefined,
  filter: undefined,
  fields: [],
  sort: undefined,
})

/** The values of the placeholders that every resource has. */
export const common = ({ who }: Pick<Caller, 'who'>, clock: Clock) => ({
  today: today(clock),
  agreement: who.agreement.id,
})

/** Asks whether there is an object for this caller: one row, or none. */
export const existsQuery = (
  resource: OneRosterResource,
  id: string,
  caller: Caller,
  clock: Clock,
): Query => ({
  query: existsStatement({ ...whole(resource, caller), key: resource.many }),
  values: { ...common(caller, clock), object: objectId(resource, id) },
})

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

/** Every object that is referred to must be there for this caller. */
export async function requireThere(tx: Tx, caller: Caller, references: readonly Reference[]): Promise<void> {
  const faults: Fault[] = []
  for (const { path, resource, id } of references)
    if (id !== undefined && !(await isThere(tx, caller, resource, id)))
      faults.push({ path, message: `There is no ${resource.one} ${id}.` })
  refuse(faults)
}
