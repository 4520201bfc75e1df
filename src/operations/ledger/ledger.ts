import { sql } from 'drizzle-orm'
import type { Ledger } from '../../foundation/access/disclosure.ts'
import { compile } from '../../foundation/db/compiled.ts'
import { type Database, systemActor, writeInSchool } from '../../foundation/db/transaction.ts'
import { DisclosureBuffer, type Occasion } from './buffer.ts'

export interface OpenLedger extends Ledger {
  /** Stores what was noted so far. */
  flush(): Promise<void>
  /** Stores everything, then stops: nothing is lost on a clean stop. */
  close(): Promise<void>
}

export interface LedgerOptions {
  /** What a crash can lose. */
  flushEveryMs?: number
  /** Entries in memory past which answers wait for the storing. */
  mostEntries?: number
  onError?: (error: unknown) => void
}

/** Rows of one statement. */
const mostRows = 5_000
const nobody = '00000000-0000-0000-0000-000000000000'

/** The ledger of who was given which pupil's data: added up in memory, stored twice a second. */
export function openLedger(
  db: Database,
  { flushEveryMs = 500, mostEntries = 50_000, onError = () => {} }: LedgerOptions = {},
): OpenLedger {
  const buffer = new DisclosureBuffer()
  let storing: Promise<void> | undefined

  const store = async () => {
    const taken = buffer.take()
    const bySchool = Map.groupBy(taken, ({ schoolId }) => schoolId)
    for (const [schoolId, occasions] of bySchool)
      await storeOccasions(db, schoolId, occasions).catch((error: unknown) => {
        buffer.giveBack(occasions)
        throw error
      })
  }
  const flush = async () => {
    // One at a time, in order; who comes meanwhile waits for the next, since its own may not have been in this one.
    await storing?.catch(() => {})
    if (buffer.size === 0) return
    storing = store().finally(() => {
      storing = undefined
    })
    await storing
  }
  const timer = setInterval(() => void flush().catch(onError), flushEveryMs)
  timer.unref()
  return {
    note(disclosure) {
      buffer.add(disclosure, db.clock.now().getTime())
      return buffer.size > mostEntries ? flush() : undefined
    },
    flush,
    async close() {
      clearInterval(timer)
      await flush()
    },
  }
}

const list = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}[]`

const insert = compile(
  sql`insert into disclosures as known (school_id, pupil_id, hour, app_id, account_id, agreement_version, operation, field_groups, times, first_at, last_at)
      select ${sql.placeholder('school')}, x.* from unnest(${list('pupils', 'uuid')}, ${list('hours', 'timestamptz')}, ${list('apps', 'text')},
        ${list('accounts', 'uuid')}, ${list('versions', 'integer')}, ${list('operations', 'text')}, ${list('groups', 'text')},
        ${list('times', 'integer')}, ${list('first', 'timestamptz')}, ${list('last', 'timestamptz')}) as x
      on conflict on constraint disclosures__pkey do update set times = known.times + excluded.times,
        first_at = least(known.first_at, excluded.first_at), last_at = greatest(known.last_at, excluded.last_at)`,
)

async function storeOccasions(db: Database, schoolId: string, occasions: readonly Occasion[]): Promise<void> {
  // In one order, so that two processes that store the same pupils cannot wait for each other.
  const rows = occasions
    .flatMap(({ pupils, ...about }) =>
      [...pupils].map(([pupilId, tally]) => ({ ...about, ...tally, pupilId })),
    )
    .sort((a, b) => (a.pupilId < b.pupilId ? -1 : 1))
  const instant = (ms: number) => new Date(ms).toISOString()
  await writeInSchool(db, systemActor(schoolId, 'ledger'), async (tx) => {
    for (let at = 0; at < rows.length; at += mostRows) {
      const part = rows.slice(at, at + mostRows)
      await tx.rows(insert, {
        pupils: part.map(({ pupilId }) => pupilId),
        hours: part.map(({ hour }) => instant(hour)),
        apps: part.map(({ appId }) => appId),
        accounts: part.map(({ accountId }) => accountId ?? nobody),
        versions: part.map(({ agreementVersion }) => agreementVersion),
        operations: part.map(({ operation }) => operation),
        groups: part.map(({ fieldGroups }) => fieldGroups),
        times: part.map(({ times }) => times),
        first: part.map(({ firstAt }) => instant(firstAt)),
        last: part.map(({ lastAt }) => instant(lastAt)),
      })
    }
  })
}
