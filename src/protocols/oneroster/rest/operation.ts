import type { Tx } from '../../../foundation/db/transaction.ts'
import type { Narrow, OneRosterResource, Part } from '../resource.ts'
import type { OneRosterScope, Version } from '../scopes.ts'
import type { Caller } from './guard.ts'

/** The services of 1.2; 1.1 has one address for all of them. */
export type Service = 'rostering' | 'gradebook' | 'resources'

/** An object in the path that must be there: parameter -> resource. */
export type Within = Readonly<Record<string, OneRosterResource>>

/** What came of a write. */
export interface Written {
  status: 200 | 201 | 204
  body?: unknown
}

/** One operation of the standard, as data: registered, guarded and described from this alone. */
export interface Operation {
  service: Service
  method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** Below the service's address, with `{name}` for parameters. */
  path: string
  operationId: string
  /** The token holds one of these. */
  scopes: readonly OneRosterScope[]
  /** Versions that have it. */
  versions: readonly Version[]
  resource: OneRosterResource
  /** Whether one object is answered, by the path's `sourcedId`, or a list. */
  isOne: boolean
  within: Within
  narrow?: Narrow
  /** Of what `narrow` keeps, what the resource can work out by itself. */
  part?: Part
  /** Of writes: what it does. Throws problems. */
  write?(tx: Tx, caller: Caller, params: Readonly<Record<string, string>>, body: unknown): Promise<Written>
  /** Of writes: the schema of the body, for the contract. */
  body?(version: Version): object
}

export const bothVersions: readonly Version[] = ['v1p1', 'v1p2']

/** Where a service is, below the public address. */
export function baseOf(version: Version, service: Service): string {
  return version === 'v1p1' ? '/ims/oneroster/v1p1' : `/ims/oneroster/${service}/v1p2`
}
