import pg from 'pg'
export function openPool({
  url,
  size,
  applicationName,
}: {
  url: string
  size: number
  role?: string
  applicationName: string
}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    application_name: applicationName,
    pipeline: true,
    options: '-c timezone=UTC',
  } as pg.PoolConfig)
  pool.on('error', () => {})
  return pool
}
export const isExhausted = (error: unknown) =>
  error instanceof Error && /timeout exceeded when trying to connect/.test(error.message)
export const isTransient = (error: unknown) =>
  /^(08|57P0)|^ECONN/.test((error as { code?: string }).code ?? '')
