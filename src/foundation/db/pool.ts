import pg from 'pg'
import { StartError } from '../start-error.ts'
import { databaseError, rootOf } from './errors.ts'

export interface PoolOptions {
  url: string
  /** Connections; 4 to 8 were best on 2 cores. */
  size: number
  /** Role that each connection takes on: one owner URL then serves requests without the owner's rights. */
  role?: string
  applicationName: string
  /** 15 s; 0 for work that may take as long as it takes, such as migrations. */
  statementTimeoutMs?: number
  /** Told of what goes wrong on idle connections. */
  onError?: (error: Error) => void
}

/** How long a request waits for a connection before it is answered 503. */
const connectionTimeoutMs = 1_500

/** The only place where connections are made. */
export function openPool({
  url,
  size,
  role,
  applicationName,
  statementTimeoutMs = 15_000,
  onError,
}: PoolOptions): pg.Pool {
  const settings = [
    'timezone=UTC',
    'datestyle=ISO',
    `statement_timeout=${statementTimeoutMs}`,
    'idle_in_transaction_session_timeout=30000',
  ]
  if (role) settings.push(`role=${role}`)
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    application_name: applicationName,
    options: settings.map((setting) => `-c ${setting}`).join(' '),
    connectionTimeoutMillis: connectionTimeoutMs,
    // Statements travel together: a school transaction costs one round trip instead of four.
    pipeline: true,
    types: { getTypeParser: parserOf },
  } as pg.PoolConfig)
  // Without listeners the process would die when a backend is terminated: the pool listens to idle connections only,
  // and on those in use the failing statement tells.
  pool.on('error', onError ?? (() => {}))
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Days and instants stay text: as a JavaScript Date a birthday moved by a day. 8-byte integers are numbers while exact. */
const { builtins } = pg.types
const texts = new Set<number>([builtins.DATE, builtins.TIMESTAMP, builtins.TIMESTAMPTZ])
/** Arrays of text, and those of date, timestamp and timestamptz (pg_type.dat). */
const textArray: number = 1009
const arraysOfDays = new Set<number>([1182, 1115, 1185])

function parserOf(type: number, format?: 'text' | 'binary') {
  if (texts.has(type)) return (text: string) => text
  if (type === builtins.INT8) return numberOrText
  if (arraysOfDays.has(type)) return pg.types.getTypeParser(textArray as typeof builtins.TEXT)
  return format === 'binary' ? pg.types.getTypeParser(type, 'binary') : pg.types.getTypeParser(type, 'text')
}

function numberOrText(text: string): number | string {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}

/** Every connection is taken: the pool gave up waiting. */
export function isExhausted(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('timeout exceeded when trying to connect')
}

/** The database or the way to it failed for a moment: connection lost (08), shut down (57P0x), full (53300), or no way there. */
export function isTransient(error: unknown): boolean {
  const root = rootOf(error)
  if (!(root instanceof Error)) return false
  const code = databaseError(error)?.code ?? (root as NodeJS.ErrnoException).code ?? ''
  if (/^(08|57P0|53300)|^(ECONN|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH)/.test(code)) return true
  return /^(Connection terminated|Query read timeout|Client has encountered)/.test(root.message)
}

/** Proves that requests are served under a role that cannot pass row-level security. */
export async function proveRole(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ version: number; user: string; mighty: boolean; owns: boolean }>(
    `select current_setting('server_version_num')::int as version, current_user as user,
            (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as mighty,
            exists (select from pg_class c join pg_roles r on r.oid = c.relowner
                    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and r.rolname = current_user) as owns`,
  )
  const found = rows[0]
  if (!found) throw new StartError('The database did not say who we are.')
  if (found.version < 150_000) throw new StartError('PostgreSQL 15 or newer is needed.')
  if (found.mighty || found.owns)
    throw new StartError(
      `Requests would be served as ${found.user}, who ${found.mighty ? 'passes row-level security' : 'owns tables'}: use the role mis_app, or a login that is a member of it.`,
    )
}
