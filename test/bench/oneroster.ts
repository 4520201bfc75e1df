// npm run bench:oneroster: pages of the demonstration school (1,000 pupils with their staff and guardians) against the very
// SQL through a bare connection, turn by turn, memory over many long pages, and the school as a file.
import { type ChildProcess, fork } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { allScopes } from '../../src/foundation/access/scopes.ts'
import { statement } from '../../src/foundation/db/compiled.ts'
import { startEmbedded } from '../../src/foundation/db/embedded/start.ts'
import { migrate } from '../../src/foundation/db/migrate.ts'
import { openPool } from '../../src/foundation/db/pool.ts'
import { systemClock, today } from '../../src/foundation/time/clock.ts'
import { createOpenClient } from '../../src/operations/apps/open.ts'
import { createDemoSchool } from '../../src/operations/demo/create.ts'
import { statementOf } from '../../src/operations/exports/export.ts'
import { oneRosterExport } from '../../src/protocols/oneroster/csv/export.ts'
import { operations } from '../../src/protocols/oneroster/operations.ts'
import { fieldsOf } from '../../src/protocols/oneroster/rest/query.ts'
import { pageStatement } from '../../src/protocols/oneroster/rest/statement.ts'
import { scopeName } from '../../src/protocols/oneroster/scopes.ts'
import type { Order } from './target.ts'

const rounds = 40
const say = (line: string) => process.stdout.write(`${line}\n`)
const at = (times: readonly number[], share: number) =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * share)] as number

const agent = new Agent({ keepAlive: true })
const folder = mkdtempSync(join(tmpdir(), 'mis-bench-'))
chmodSync(folder, 0o755)
const postgres = await startEmbedded({ dataDir: folder })
let child: ChildProcess | undefined

async function main(): Promise<void> {
  const { ownerUrl, appUrl } = postgres
  await migrate({ ownerUrl })
  const pool = openPool({ url: appUrl, size: 2, applicationName: 'bench' })
  const db = { pool, clock: systemClock }
  const { schoolId, pupils } = await createDemoSchool(db)
  const owner = openPool({ url: ownerUrl, size: 1, applicationName: 'bench' })
  await owner.query('analyze')
  await owner.end()
  const app = { schoolId, name: 'Bench', scopes: allScopes }
  const { client, secret = '' } = await createOpenClient(db, app, 'bench')
  const url = await serve({ kind: 'app', ownerUrl, appUrl })
  const token = await tokenOf(url, client.id, secret)
  const bare = await pool.connect()
  for (const [name, path, limit] of cases)
    await compare(name, { url, path, limit, token, bare, schoolId, pupils })
  await memory(url, token)
  await exports(url, { id: client.id, secret }, bare, schoolId)
  bare.release()
  await pool.end()
}

const cases: [string, string, number][] = [
  ['getAllUsers', 'users', 10_000],
  ['getAllUsers', 'users', 100],
  ['getAllEnrollments', 'enrollments', 10_000],
  ['getAllClasses', 'classes', 10_000],
]

interface Compared {
  url: string
  path: string
  limit: number
  token: string
  bare: pg.PoolClient
  schoolId: string
  pupils: number
}

async function compare(
  name: string,
  { url, path, limit, token, bare, schoolId, pupils }: Compared,
): Promise<void> {
  const own: number[] = []
  const raw: number[] = []
  let bytes = 0
  let rows = 0
  for (let round = -5; round < rounds; round++) {
    const started = performance.now()
    bytes = await read(`${url}/ims/oneroster/rostering/v1p2/${path}?limit=${limit}`, token)
    const between = performance.now()
    rows = await bareRows(bare, name, schoolId, limit)
    if (round < 0) continue
    own.push(between - started)
    raw.push(performance.now() - between)
  }
  const [median, bareMedian] = [at(own, 0.5), at(raw, 0.5)]
  say(
    `${path}?limit=${limit} (${rows} rows of a school of ${pupils} pupils, ${(bytes / 1e6).toFixed(2)} MB): p50 ${median.toFixed(1)} ms, p99 ${at(own, 0.99).toFixed(1)} ms; bare SQL ${bareMedian.toFixed(1)} ms; ratio of rates ${(bareMedian / median).toFixed(2)}`,
  )
}

/** The page's own SQL on a bare connection, planned anew each time as a program that keeps no statements would. */
async function bareRows(
  client: pg.PoolClient,
  name: string,
  schoolId: string,
  limit: number,
): Promise<number> {
  const operation = operations.find(({ operationId }) => operationId === name)
  if (!operation) throw new Error(name)
  const sight = { version: 'v1p2' as const, key: 'bench', may: () => true }
  const query = pageStatement({
    resource: operation.resource,
    sight,
    narrow: operation.narrow,
    filter: undefined,
    fields: fieldsOf(operation.resource, 'v1p2'),
    sort: undefined,
    key: name,
  })
  await client.query(`begin read only; set local app.school = '${schoolId}'`)
  const values = { school: schoolId, today: today(systemClock), agreement: schoolId, limit, offset: 0 }
  const { rows } = await client.query(statement(query, values))
  await client.query('commit')
  return rows.length
}

/** The whole school as a zip, against the very rows of its files read through a cursor on a bare connection and dropped. */
async function exports(
  url: string,
  app: { id: string; secret: string },
  bare: pg.PoolClient,
  schoolId: string,
): Promise<void> {
  const token = await tokenOf(url, app.id, app.secret, allScopes.join(' '))
  const own: number[] = []
  const raw: number[] = []
  let bytes = 0
  let rows = 0
  const before = await rss()
  for (let round = -1; round < 8; round++) {
    const started = performance.now()
    bytes = await read(`${url}/v1/exports/oneroster?version=1.2`, token)
    const between = performance.now()
    rows = await bareFiles(bare, schoolId)
    if (round < 0) continue
    own.push(between - started)
    raw.push(performance.now() - between)
  }
  const [median, bareMedian] = [at(own, 0.5), at(raw, 0.5)]
  say(
    `exports/oneroster?version=1.2 (${rows} rows, ${(bytes / 1e6).toFixed(2)} MB zipped): p50 ${median.toFixed(0)} ms, slowest ${Math.max(...own).toFixed(0)} ms; bare SQL ${bareMedian.toFixed(0)} ms; ratio of rates ${(bareMedian / median).toFixed(2)}; RSS ${before} -> ${await rss()} MB`,
  )
}

async function bareFiles(client: pg.PoolClient, schoolId: string): Promise<number> {
  const { files } = oneRosterExport({ version: 'v1p2', key: 'bench', may: () => true }, { mode: 'bulk' })
  const values = { school: schoolId, today: today(systemClock), agreement: schoolId, since: undefined }
  await client.query(
    `begin isolation level repeatable read read only; set local app.school = '${schoolId}'; set local cursor_tuple_fraction = 1`,
  )
  let count = 0
  for (const file of files) {
    const query = statementOf(file)
    await client.query(
      statement({ ...query, text: `declare bench no scroll cursor for ${query.text}` }, values),
    )
    for (let fetched = -1; fetched !== 0; count += fetched)
      fetched = (await client.query({ text: 'fetch 1000 from bench', rowMode: 'array' })).rows.length
    await client.query('close bench')
  }
  await client.query('commit')
  return count
}

async function memory(url: string, token: string): Promise<void> {
  const pages = 60
  const before = await rss()
  for (let page = 0; page < pages; page++)
    await read(`${url}/ims/oneroster/rostering/v1p2/enrollments?limit=10000`, token)
  say(`memory over ${pages} pages of enrollments: RSS ${before} -> ${await rss()} MB`)
}

function rss(): Promise<number> {
  return new Promise((resolve) => {
    child?.once('message', ({ rss }: { rss: number }) => resolve(Math.round(rss / 1e6)))
    child?.send('cpu')
  })
}

/** Bytes of an answer that must be 200. */
function read(address: string, token: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(address, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`${response.statusCode}`))
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.on('end', () => resolve(bytes))
    }).on('error', reject)
  })
}

function serve(order: Order): Promise<string> {
  child = fork(new URL('target.ts', import.meta.url))
  child.send(order)
  return new Promise((resolve) => child?.once('message', ({ url }: { url: string }) => resolve(url)))
}

async function tokenOf(
  url: string,
  id: string,
  secret: string,
  scope = scopeName('v1p2', 'roster.readonly'),
): Promise<string> {
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope,
    }),
  })
  return ((await response.json()) as { access_token: string }).access_token
}

try {
  await main()
} finally {
  child?.kill()
  agent.destroy()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
