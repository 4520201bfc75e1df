import { sql } from 'drizzle-orm'
import type { AuditEvent, AuditLog } from '../../foundation/access/audit.ts'
import { compile } from '../../foundation/db/compiled.ts'
import { type Database, systemActor, writeInSchool } from '../../foundation/db/transaction.ts'

export interface OpenAuditLog extends AuditLog {
  flush(): Promise<void>
  close(): Promise<void>
}

interface Noted {
  schoolId: string
  event: AuditEvent
  at: string
  times: number
}

/** Different events in memory; past this many the oldest are counted as one that says so. */
const mostNoted = 10_000

const takeNumbers = compile(
  sql`insert into audit_counters as c (school_id, number) values (${sql.placeholder('school')}, ${sql.placeholder('count')}::bigint)
      on conflict (school_id) do update set number = c.number + excluded.number returning c.number`,
)
const list = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}[]`
const append = compile(
  sql`insert into audit_events (school_id, number, occurred_at, event, app_id, account_id, subject, details)
      select ${sql.placeholder('school')}, ${sql.placeholder('last')}::bigint - ${sql.placeholder('count')}::bigint + x.at, x.occurred, x.event, x.app, x.account, x.subject, x.details::jsonb
      from unnest(${list('occurred', 'timestamptz')}, ${list('events', 'text')}, ${list('apps', 'text')}, ${list('accounts', 'text')},
        ${list('subjects', 'text')}, ${list('details', 'text')}) with ordinality as x (occurred, event, app, account, subject, details, at)`,
)

/** The audit log of events, gathered in memory and stored in order twice a second. */
export function openAuditLog(
  db: Database,
  {
    flushEveryMs = 500,
    onError = () => {},
  }: { flushEveryMs?: number; onError?: (error: unknown) => void } = {},
): OpenAuditLog {
  let noted = new Map<string, Noted>()
  let storing: Promise<void> = Promise.resolve()

  const store = async () => {
    const taken = noted
    noted = new Map()
    for (const [schoolId, events] of Map.groupBy(taken.values(), (each) => each.schoolId))
      await storeEvents(db, schoolId, events).catch((error: unknown) => {
        for (const each of events) noted.set(keyOf(schoolId, each.event), each)
        throw error
      })
  }
  const flush = () => {
    storing = storing.catch(() => {}).then(() => (noted.size === 0 ? undefined : store()))
    return storing
  }
  const timer = setInterval(() => void flush().catch(onError), flushEveryMs)
  timer.unref()
  return {
    note(schoolId, event) {
      const key = keyOf(schoolId, event)
      const known = noted.get(key)
      if (known) known.times += 1
      else if (noted.size < mostNoted)
        noted.set(key, { schoolId, event, at: db.clock.now().toISOString(), times: 1 })
      else this.note(schoolId, { event: 'audit.overflowed' })
    },
    flush,
    async close() {
      clearInterval(timer)
      await flush()
    },
  }
}

const keyOf = (schoolId: string, event: AuditEvent) => `${schoolId} ${JSON.stringify(event)}`

async function storeEvents(db: Database, schoolId: string, noted: readonly Noted[]): Promise<void> {
  await writeInSchool(db, systemActor(schoolId, 'audit'), async (tx) => {
    const [counter] = await tx.rows(takeNumbers, { count: noted.length })
    await tx.rows(append, {
      count: noted.length,
      last: counter?.[0],
      occurred: noted.map(({ at }) => at),
      events: noted.map(({ event }) => event.event),
      apps: noted.map(({ event }) => event.appId ?? null),
      accounts: noted.map(({ event }) => event.accountId ?? null),
      subjects: noted.map(({ event }) => event.subject ?? null),
      details: noted.map(({ event, times }) => JSON.stringify({ ...event.details, times })),
    })
  })
}
