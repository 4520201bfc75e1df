import pg from 'pg'

/** A connection of its own that waits for notifications. */
export interface Listener {
  query(text: string, values: unknown[]): Promise<Record<string, unknown>[]>
  /** Settles when the connection is gone, for whatever reason. */
  ended: Promise<void>
  end(): Promise<void>
}

/** Listens on a channel; `heard` gets each payload. */
export type Connect = (channel: string, heard: (payload: string) => void) => Promise<Listener>

/** Milliseconds after which a silent connection counts as lost. */
const queryTimeoutMs = 4_000

export function listenTo(url: string, role?: string): Connect {
  return async (channel, heard) => {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'mis listen',
      query_timeout: queryTimeoutMs,
      connectionTimeoutMillis: queryTimeoutMs,
      keepAlive: true,
      ...(role && { options: `-c role=${role}` }),
    })
    const ended = new Promise<void>((resolve) => {
      client.once('end', resolve)
      client.on(
        'error',
        () =>
          void client
            .end()
            .catch(() => {})
            .finally(resolve),
      )
    })
    client.on('notification', ({ payload }) => heard(payload ?? ''))
    await client.connect()
    await client.query(`listen ${channel}`)
    return {
      query: async (text, values) => {
        const { rows } = await client.query(text, values).catch((error: Error) => {
          void client.end().catch(() => {})
          throw error
        })
        return rows as Record<string, unknown>[]
      },
      ended,
      end: () => client.end(),
    }
  }
}
