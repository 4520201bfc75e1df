// npm run bench:feed: the change feed against its limits: a poll at a thousand and at a million entries, 500 who wait,
// a snapshot against COPY TO, webhook deliveries against bare posts.
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig } from '../../src/config.ts'
import { allScopes } from '../../src/foundation/access/scopes.ts'
import { startEmbedded } from '../../src/foundation/db/embedded/start.ts'
import { migrate } from '../../src/foundation/db/migrate.ts'
import { openPool } from '../../src/foundation/db/pool.ts'
import { newId } from '../../src/foundation/resource/rows.ts'
import { systemClock } from '../../src/foundation/time/clock.ts'
import { createOpenClient } from '../../src/operations/apps/open.ts'
import { type Service, startService } from '../../src/service.ts'
import { makeBenchSchool } from './school.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number
const megabytes = () => Math.round(process.memoryUsage().rss / 1e6)

interface Bench {
  service: Service
  owner: ReturnType<typeof openPool>
  schoolId: string
  get(path: string, headers?: Record<string, string>): Promise<Response>
  post(path: string, body: object): Promise<Response>
}

/** Fills a school's log, and returns the address of a poll that finds the ten entries at its end. */
async function logOf({ owner, schoolId, get }: Bench, entries: number): Promise<string> {
  const insert = (from: number, count: number) =>
    owner.query(
      `insert into changes (school_id, number, changed_at, resource, record_id, action, actor, correlation_id)
       select $1, $2::bigint + i, now(), 'rooms', gen_random_uuid(), 'created', 'bench', 'bench' from generate_series(1, $3) as i`,
      [schoolId, from, count],
    )
  const head = async (number: number) =>
    owner.query(
      `insert into change_counters values ($1, $2) on conflict (school_id) do update set number = excluded.number`,
      [schoolId, number],
    )
  const { rows } = await owner.query(
    'select coalesce(max(number), 0)::int as n from changes where school_id = $1',
    [schoolId],
  )
  const before = rows[0].n as number
  await insert(before, entries - before)
  await head(entries)
  const { cursor } = (await (await get('/changes?after=latest')).json()) as { cursor: string }
  await insert(entries, 10)
  await head(entries + 10)
  return `/changes?after=${cursor}`
}

/** The same poll at two sizes of the log, turn by turn. */
async function polls(small: Bench, big: Bench): Promise<void> {
  const places = [
    { bench: small, path: await logOf(small, 1_000), times: [] as number[] },
    { bench: big, path: await logOf(big, 1_000_000), times: [] as number[] },
  ]
  await small.owner.query('vacuum analyze changes')
  for (let at = 0; at < 2_500; at++)
    for (const { bench, path, times } of places) {
      const started = performance.now()
      const page = (await (await bench.get(path)).json()) as { data: unknown[] }
      if (page.data.length !== 10) throw new Error(`${page.data.length} entries`)
      if (at >= 500) times.push(performance.now() - started)
    }
  const [few = 0, many = 0] = places.map(({ times }) => median(times))
  say(
    `a poll that finds 10 changes: p50 ${few.toFixed(2)} ms at a thousand entries, ${many.toFixed(2)} ms at a million; ratio ${(many / few).toFixed(2)}`,
  )
}

async function fanOut({ get, post }: Bench, clients: number): Promise<void> {
  const { cursor } = (await (await get('/changes?after=latest')).json()) as { cursor: string }
  const waiting = Array.from({ length: clients }, async () => {
    const response = await get(`/changes?after=${cursor}&wait=30`)
    await response.text()
    return { status: response.status, at: performance.now() }
  })
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  const started = performance.now()
  await post('/rooms', { code: `R${started}`, name: 'Room' })
  const written = performance.now() - started
  const answers = await Promise.all(waiting)
  const times = answers.map(({ at }) => at - started)
  say(
    `${clients} who wait: written in ${written.toFixed(1)} ms, first told after ${Math.min(...times).toFixed(0)} ms, median ${median(times).toFixed(0)} ms, last ${Math.max(...times).toFixed(0)} ms; ${answers.filter(({ status }) => status === 200).length} answers 200; RSS ${megabytes()} MB (callers included)`,
  )
}

async function snapshot({ owner, schoolId, get }: Bench): Promise<void> {
  const before = megabytes()
  const rates: number[] = []
  let bytes = 0
  for (let round = 0; round < 5; round++) {
    const started = performance.now()
    bytes = 0
    const { body } = await get('/snapshot', { 'accept-encoding': 'identity' })
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) bytes += chunk.length
    rates.push(bytes / 1e6 / ((performance.now() - started) / 1000))
  }
  const tables = ['pupils', 'people', 'enrolments', 'memberships', 'results', 'timetable_entries', 'groups']
  const copies: number[] = []
  let copied = 0
  for (let round = 0; round < 5; round++) {
    const started = performance.now()
    for (const table of tables)
      await owner.query(
        `copy (select row_to_json(t) from ${table} t where school_id = '${schoolId}') to '/dev/null'`,
      )
    const seconds = (performance.now() - started) / 1000
    if (round === 0)
      for (const table of tables)
        copied += Number(
          (
            await owner.query(
              `select sum(length(row_to_json(t)::text) + 1) as n from ${table} t where school_id = $1`,
              [schoolId],
            )
          ).rows[0].n ?? 0,
        )
    copies.push(copied / 1e6 / seconds)
  }
  const [own, bare] = [median(rates), median(copies)]
  say(
    `snapshot of ${(bytes / 1e6).toFixed(1)} MB: ${own.toFixed(0)} MB/s; COPY TO of rows as JSON ${bare.toFixed(0)} MB/s; ratio ${(own / bare).toFixed(2)}; RSS ${before} -> ${megabytes()} MB`,
  )
}

async function webhooks({ service, owner, schoolId, post }: Bench, count: number): Promise<void> {
  let received = 0
  let done = () => {}
  const server = createServer((incoming, response) => {
    incoming.resume()
    incoming.on('end', () => {
      response.writeHead(204).end()
      if (++received === count) done()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const created = await post('/webhook-endpoints', { url, isOrdered: false })
  const { id } = (await created.json()) as { id: string }
  await owner.query(
    `insert into webhook_messages (school_id, id, endpoint_id, type, body, state, next_attempt_at, created_at)
     select $1, gen_random_uuid(), $2, 'ping', '{"type":"ping"}', 'pending', now(), now() from generate_series(1, $3)`,
    [schoolId, id, count],
  )
  const finished = new Promise<void>((resolve) => {
    done = resolve
  })
  const started = performance.now()
  await post(`/webhook-endpoints/${id}/ping`, {})
  await finished
  const own = count / ((performance.now() - started) / 1000)
  received = Number.NEGATIVE_INFINITY
  const bareStarted = performance.now()
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let at = 0; at < count / 8; at++) await bare(url)
    }),
  )
  const plain = count / ((performance.now() - bareStarted) / 1000)
  say(
    `webhooks: ${own.toFixed(0)} deliveries/s to one endpoint, signed and noted; bare posts, 8 at a time, ${plain.toFixed(0)}/s; ratio ${(own / plain).toFixed(2)}; RSS ${megabytes()} MB`,
  )
  server.closeAllConnections()
  server.close()
  await service.db.pool.query('select 1')
}

const bare = (url: string) =>
  new Promise<void>((resolve, reject) => {
    const sent = request(url, { method: 'POST' }, (answer) => {
      answer.resume()
      answer.on('end', resolve)
    })
    sent.on('error', reject)
    sent.end('{"type":"ping"}')
  })

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mis-feed-'))
  chmodSync(folder, 0o755)
  const postgres = await startEmbedded({ dataDir: folder })
  await migrate({ ownerUrl: postgres.ownerUrl })
  const owner = openPool({ url: postgres.ownerUrl, size: 1, applicationName: 'bench', statementTimeoutMs: 0 })
  const reach = {
    ownerUrl: postgres.ownerUrl,
    appUrl: postgres.appUrl,
    role: undefined,
    close: async () => {},
  }
  const config = readConfig({ PORT: '0', RATE_LIMIT: '0', DEMO: 'off', WEBHOOKS_TO_LOOPBACK: 'on' })
  const service = await startService(config, { log: pino({ level: 'error' }), reach, clock: systemClock })
  const school = await makeBenchSchool(service.db, 8)
  await owner.query('analyze')
  const bench = await benchOf(service, owner, school.id)
  await snapshot(bench)
  await webhooks(bench, 4_000)
  await fanOut(bench, 500)
  await fanOut(bench, 500)
  const big = newId()
  await owner.query('insert into schools (school_id, name) values ($1, $2)', [big, 'Big'])
  const small = newId()
  await owner.query('insert into schools (school_id, name) values ($1, $2)', [small, 'Small'])
  await polls(await benchOf(service, owner, small), await benchOf(service, owner, big))
  await service.close()
  await owner.end()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function benchOf(service: Service, owner: Bench['owner'], schoolId: string): Promise<Bench> {
  const app = { schoolId, name: 'Bench', scopes: allScopes }
  const { client, secret = '' } = await createOpenClient(service.db, app, 'bench')
  const token = await tokenOf(service.publicUrl, client.id, secret)
  const call = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    fetch(`${service.publicUrl}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    })
  return {
    service,
    owner,
    schoolId,
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body) => call('POST', path, body),
  }
}

async function tokenOf(url: string, id: string, secret: string): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
  const body = new URLSearchParams({ grant_type: 'client_credentials' })
  const response = await fetch(`${url}/oauth/token`, { method: 'POST', headers: { authorization }, body })
  return ((await response.json()) as { access_token: string }).access_token
}

await main()
process.exit(0)
