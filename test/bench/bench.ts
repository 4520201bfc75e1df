// npm run bench [-- --json] [--seconds N] [--rounds N] [--only WORDS]: the service against (a) its own SQL through bare pg and (b) a bare
// Fastify + pg route, interleaved in one run; medians of the rounds.
import { type ChildProcess, fork } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { allScopes } from '../../src/foundation/access/scopes.ts'
import { startEmbedded } from '../../src/foundation/db/embedded/start.ts'
import { migrate } from '../../src/foundation/db/migrate.ts'
import { openPool } from '../../src/foundation/db/pool.ts'
import { systemClock } from '../../src/foundation/time/clock.ts'
import { openClient } from '../support/clients.ts'
import { tokenFor } from '../support/people.ts'
import type { TestSchool, TestService } from '../support/service.ts'
import { type Operation, operations } from './requests.ts'
import { type BenchSchool, makeBenchSchool } from './school.ts'
import type { Order } from './target.ts'

interface Figure {
  rate: number
  p50: number
  p99: number
  /** CPU of the node process for one request. */
  cpuMs: number
}

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
  },
})
const seconds = Number(options.seconds)
const rounds = Number(options.rounds)

const folder = mkdtempSync(join(tmpdir(), 'mis-bench-'))
chmodSync(folder, 0o755)
const postgres = await startEmbedded({ dataDir: folder })
const children: ChildProcess[] = []
async function main(): Promise<void> {
  const { ownerUrl, appUrl } = postgres
  await migrate({ ownerUrl })
  const pool = openPool({ url: appUrl, size: 2, applicationName: 'bench' })
  const db = { pool, clock: systemClock }
  const school = await makeBenchSchool(db, 8)
  await analyse(ownerUrl)
  const { client, secret } = await openClient(pool, systemClock, {
    schoolId: school.id,
    name: 'Bench',
    scopes: allScopes,
  })
  const app = await contestant({ kind: 'app', ownerUrl, appUrl })
  const plain = await contestant({ kind: 'plain', ownerUrl, school })
  const sql = await contestant({ kind: 'sql', appUrl, school })
  const signing = { db: { ...db, pool }, publicUrl: app.url } as unknown as TestService
  const holder = { id: school.id, clientId: client.id } as TestSchool
  const person = await tokenFor(signing, holder, school.account)
  await pool.end()
  const token = await tokenOf(app.url, client.id, secret as string)
  const report = []
  const named = operations.filter(({ name }) => name.includes(options.only))
  for (const operation of named)
    report.push(await compare(operation, school, { app, plain, sql }, operation.isPerson ? person : token))
  print(report)
}

/** What autovacuum does within a minute of real life: plans made for empty tables are nobody's limit. */
async function analyse(ownerUrl: string): Promise<void> {
  const owner = openPool({ url: ownerUrl, size: 1, applicationName: 'bench' })
  await owner.query('analyze')
  await owner.end()
}

interface Contestant {
  url: string
  child: ChildProcess
}

async function contestant(order: Order): Promise<Contestant> {
  const child = fork(new URL('./target.ts', import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  children.push(child)
  // A contestant that falls would leave the others waiting.
  child.once('exit', (code) => code && process.exit(code))
  child.send(order)
  const { url } = await heard<{ url: string }>(child)
  return { url, child }
}

const heard = <T>(child: ChildProcess) =>
  new Promise<T>((resolve) => child.once('message', (message) => resolve(message as T)))

async function tokenOf(url: string, id: string, secret: string): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
  const body = new URLSearchParams({ grant_type: 'client_credentials' })
  const response = await fetch(`${url}/oauth/token`, { method: 'POST', headers: { authorization }, body })
  return ((await response.json()) as { access_token: string }).access_token
}

async function compare(
  operation: Operation,
  school: BenchSchool,
  { app, plain, sql }: Record<'app' | 'plain' | 'sql', Contestant>,
  token: string,
) {
  const figures: Record<'app' | 'plain' | 'sql', Figure[]> = { app: [], plain: [], sql: [] }
  await load(app, operation, school, token, 1)
  for (let round = 0; round < rounds; round++) {
    sql.child.send({ name: operation.name, seconds })
    figures.sql.push(await heard<Figure>(sql.child))
    if (operation.hasPlain) figures.plain.push(await load(plain, operation, school, '', seconds))
    figures.app.push(await load(app, operation, school, token, seconds))
  }
  const [service, bareSql] = [medianOf(figures.app), medianOf(figures.sql)]
  const bare = operation.hasPlain ? medianOf(figures.plain) : undefined
  return {
    operation: operation.name,
    service,
    sql: bareSql,
    plain: bare ?? null,
    ratioToSql: service.rate / bareSql.rate,
    ratioToPlain: bare ? service.rate / bare.rate : null,
  }
}

/** Each connection sends its own requests in turn, so that writers do not queue on one register. */
async function load(
  { url, child }: Contestant,
  operation: Operation,
  school: BenchSchool,
  token: string,
  duration: number,
): Promise<Figure> {
  child.send('cpu')
  const before = await heard<{ cpu: NodeJS.CpuUsage }>(child)
  let connection = 0
  const result = await autocannon({
    url,
    connections: operation.connections,
    duration,
    sampleInt: 250,
    setupClient: (client) => {
      const requests = operation.requests(school, connection++)
      client.setRequests(
        requests.map((each) => ({
          ...each,
          headers: { ...each.headers, ...(token && { authorization: `Bearer ${token}` }) },
        })),
      )
    },
  })
  child.send('cpu')
  const after = await heard<{ cpu: NodeJS.CpuUsage }>(child)
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${operation.name}: ${result.non2xx} refused, ${result.errors} failed`)
  const done = result['2xx']
  const cpu = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system
  return {
    rate: done / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    cpuMs: cpu / 1000 / done,
  }
}

function medianOf(figures: Figure[]): Figure {
  const median = (name: keyof Figure) =>
    figures.map((each) => each[name]).sort((a, b) => a - b)[Math.floor(figures.length / 2)] as number
  return { rate: median('rate'), p50: median('p50'), p99: median('p99'), cpuMs: median('cpuMs') }
}

type Compared = Awaited<ReturnType<typeof compare>>

function print(report: Compared[]): void {
  if (options.json)
    return void process.stdout.write(`${JSON.stringify({ seconds, rounds, report }, null, 2)}\n`)
  const say = ({ rate, p50, p99, cpuMs }: Figure) =>
    `${rate.toFixed(0).padStart(7)}/s  p50 ${p50.toFixed(1).padStart(6)} ms  p99 ${p99.toFixed(1).padStart(6)} ms  cpu ${cpuMs.toFixed(3)} ms`
  for (const each of report) {
    process.stdout.write(
      `\n${each.operation}\n  service            ${say(each.service)}\n  (a) SQL, no HTTP   ${say(each.sql)}   ratio ${each.ratioToSql.toFixed(2)}\n`,
    )
    if (each.plain)
      process.stdout.write(
        `  (b) bare route     ${say(each.plain)}   ratio ${(each.ratioToPlain as number).toFixed(2)}\n`,
      )
  }
}

try {
  await main()
} finally {
  for (const child of children) child.disconnect()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
