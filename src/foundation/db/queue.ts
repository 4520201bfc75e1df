import type { Pool } from 'pg'
import { PgBoss } from 'pg-boss'

/** The queue's own schema, beside the records: it holds ids of what is to be done, and no data. */
const schema = 'mis_queue'

/** What waits to be done. A job is a key at most once in each state: asking twice for the same is asking once. */
export const queueNames = ['webhooks', 'webhooks-slow', 'droplets'] as const
export type QueueName = (typeof queueNames)[number]

/** A worker that vanished has its job taken from it after this long. */
const expireSeconds = 45
/** Finished jobs say nothing that the deliveries do not. */
const keptSeconds = 3_600

const databaseOf = (pool: Pick<Pool, 'query'>) => ({
  executeSql: async (text: string, values?: unknown[]) => {
    const result = await pool.query(text, values)
    // Several statements in one text give several results.
    return { rows: [result].flat().flatMap(({ rows }) => rows) }
  },
})

/** Makes or renews the queue's tables, as the owner, and lets the serving role use them. */
export async function prepareQueue(owner: Pool, role: string): Promise<void> {
  const boss = new PgBoss({
    db: databaseOf(owner),
    schema,
    migrate: true,
    supervise: false,
    schedule: false,
  })
  boss.on('error', () => {})
  await boss.start()
  try {
    for (const name of queueNames)
      if (!(await boss.getQueue(name)))
        await boss.createQueue(name, {
          policy: 'stately',
          retryLimit: 3,
          retryDelay: 1,
          expireInSeconds: expireSeconds,
          deleteAfterSeconds: keptSeconds,
        })
  } finally {
    await boss.stop({ close: false, graceful: false })
  }
  await owner.query(
    `grant usage on schema ${schema} to ${role};
     grant select, insert, update, delete on all tables in schema ${schema} to ${role};
     grant usage, select on all sequences in schema ${schema} to ${role};
     grant execute on all functions in schema ${schema} to ${role}`,
  )
}

export interface Job {
  schoolId: string
  endpointId?: string
}

/** The queue of this process: started when there is something to do for the first time. */
export interface Queue {
  /** Asks for a job under a key, at once or later. */
  ask(name: QueueName, key: string, job: Job, afterMs?: number): Promise<void>
  stop(): Promise<void>
}

/** How many jobs of each queue one process does at a time. */
const workers: Record<QueueName, number> = { webhooks: 8, 'webhooks-slow': 8, droplets: 2 }

export function openQueue(
  pool: Pool,
  work: (name: QueueName, job: Job) => Promise<void>,
  onError: (error: unknown) => void,
): Queue {
  let starting: Promise<PgBoss> | undefined
  const wake: Record<string, string[]> = {}
  const start = async () => {
    const boss = new PgBoss({
      db: databaseOf(pool),
      schema,
      migrate: false,
      createSchema: false,
      schedule: false,
      reindex: false,
      monitorVacuum: false,
      persistQueueStats: false,
      superviseIntervalSeconds: 10,
      monitorIntervalSeconds: 10,
    })
    boss.on('error', onError)
    await boss.start()
    for (const name of queueNames)
      wake[name] = [
        await boss.work<Job>(
          name,
          { batchSize: 1, localConcurrency: workers[name], pollingIntervalSeconds: 1 },
          async ([job]) => {
            if (job) await work(name, job.data)
          },
        ),
      ]
    return boss
  }
  const boss = () => {
    starting ??= start()
    starting.catch(() => {
      starting = undefined
    })
    return starting
  }
  return {
    async ask(name, key, job, afterMs = 0) {
      const queue = await boss()
      const after = Math.ceil(afterMs / 1000)
      await queue.send(name, job, { singletonKey: key, ...(after > 0 && { startAfter: after }) })
      if (after === 0) for (const id of wake[name] ?? []) queue.notifyWorker(id)
    },
    async stop() {
      const running = await starting?.catch(() => undefined)
      await running?.stop({ graceful: true, timeout: 12_000, close: false })
    },
  }
}
