import { sql } from 'drizzle-orm'
import { compile } from '../../../../foundation/db/compiled.ts'
import type { Tx } from '../../../../foundation/db/transaction.ts'
import { type Fault, problem, refuse } from '../../../../foundation/http/problems.ts'
import type { OneRosterResource } from '../../resource.ts'
import type { Sent } from '../../rest/body.ts'
import { Fault as Refusal } from '../../rest/failures.ts'
import type { Caller } from '../../rest/guard.ts'

/** An object that somebody writes into the gradebook. */
export interface Draft<Body = Sent> {
  /** The id under which it is to stand. Who PUTs it chose it; who POSTs it proposed it, if anything. */
  sourcedId: string | undefined
  isChosen: boolean
  body: Body
  /** Where it stands in the request, for faults. */
  path: string
  /** Of a result: whether it comes from elsewhere with the past, in which its student was in the class. */
  isHistory?: boolean
}

/** What became of a draft. */
export interface Stored {
  sourcedId: string
  isNew: boolean
}

/** How objects of one collection are written. Both throw problems, and leave nothing half-done: the transaction ends with them. */
export interface Writer {
  resource: OneRosterResource
  store(tx: Tx, caller: Caller, drafts: readonly Draft[]): Promise<Stored[]>
  remove(tx: Tx, caller: Caller, sourcedId: string): Promise<void>
}

const lock = compile(
  sql`select pg_advisory_xact_lock(hashtextextended('gradebook ' || ${sql.placeholder('school')}::text, 0))`,
)

/** Writes into the gradebook of a school follow each other: two programs that write the same object make one of it. */
export async function lockGradebook(tx: Tx): Promise<void> {
  await tx.rows(lock)
}

/** What the school made itself is changed in its own assessment. */
export const ownedBySchool = ({ one }: OneRosterResource, id: string) =>
  new Refusal(
    403,
    'forbidden',
    `The ${one} ${id} is the school's own: it is read here, and changed under /v1.`,
  )

export const unknown = ({ one }: OneRosterResource, id: string) =>
  problem('not-found', { detail: `There is no ${one} ${id}.` })

/** No object stands twice in a request. */
export function requireDistinct(drafts: readonly Draft[]): void {
  const seen = new Set<string>()
  const faults: Fault[] = []
  for (const { sourcedId, path } of drafts) {
    if (sourcedId === undefined) continue
    if (seen.has(sourcedId))
      faults.push({ path: `${path}/sourcedId`, message: `${sourcedId} stands twice in this request.` })
    seen.add(sourcedId)
  }
  refuse(faults)
}

/** The draft in the words of its resource: the reader of bodies has held it against their schema. */
export const wordsOf = <Body extends object>(draft: Draft): Draft<Body> => ({
  ...draft,
  body: draft.body as object as Body,
})
