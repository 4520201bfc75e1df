// npm run bench:oneroster: pages of the demonstration school (1,000 pupils with their staff and guardians) against the very
// SQL through a bare connection, turn by turn, memory over many long pages, and the school as a file.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { allScopes } from '../../src/foundation/access/scopes.ts'
import { appendChanges, takeNumbers } from '../../src/foundation/db/change-log.ts'
import { statement } from '../../src/foundation/db/compiled.ts'
import { startEmbedded } from '../../src/foundation/db/embedded/start.ts'
import { migrate } from '../../src/foundation/db/migrate.ts'
import { openPool } from '../../src/foundation/db/pool.ts'
import { systemClock, today } from '../../src/foundation/time/clock.ts'
import { createOpenClient } from '../../src/operations/apps/open.ts'
import { createDemoSchool } from '../../src/operations/demo/create.ts'
import { statementOf } from '../../src/operations/exports/export.ts'
import { oneRosterExport } from '../../src/protocols/oneroster/csv/export/export.ts'
import { operations } from '../../src/protocols/oneroster/operations.ts'
import type { Operation } from '../../src/protocols/oneroster/rest/operation.ts'
import { fieldsOf } from '../../src/protocols/oneroster/rest/query.ts'
import { oneStatement, pageStatement, type Wanted } from '../../src/protocols/oneroster/rest/statement.ts'
import { scopeName } from '../../src/protocols/oneroster/scopes.ts'
import { end, read, rss, serve, tokenOf } from './served.ts'

const rounds = Number(process.env.ROUNDS ?? 40)
const scopes = ['roster.readonly', 'gradebook.readonly', 'gradebook.createput'] as const
const say = (line: string) => process.stdout.write(`${line}\n`)
const at = (times: readonly number[], share: number) =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * share)] as number

const folder = mkdtempSync(join(tmpdir(), 'mis-bench-'))
chmodSync(folder, 0o755)
const postgres = await startEmbedded({ dataDir: folder })

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
  const credentials = { id: client.id, secret }
  const names = scopes.map((scope) => scopeName('v1p2', scope))
  const token = await tokenOf(url, credentials, names)
  const bare = await pool.connect()
  const contest: Contest = { url, token, bare, schoolId }
  say(`a school of ${pupils} pupils`)
  for (const each of rostering) await compareRead(contest, each)
  const sample = await sampleOf(contest)
  for (const each of gradebookCases(sample)) await compareRead(contest, each)
  await compareWrite(contest, sample)
  await memory(url, token)
  await exports(url, await tokenOf(url, credentials, allScopes), bare, schoolId)
  bare.release()
  await pool.end()
}

const rostering: Case[] = [
  { operationId: 'getAllUsers', path: 'users?limit=10000', limit: 10_000 },
  { operationId: 'getAllUsers', path: 'users?limit=100', limit: 100 },
  { operationId: 'getAllEnrollments', path: 'enrollments?limit=10000', limit: 10_000 },
  { operationId: 'getAllClasses', path: 'classes?limit=10000', limit: 10_000 },
]

/** A page of the whole school, and what is below one class or is one object. */
function gradebookCases({ result, lineItem, classId }: Sample): Case[] {
  const params = { classSourcedId: classId, object: result }
  return [
    { operationId: 'getAllResults', path: 'results?limit=100', limit: 100 },
    { operationId: 'getResultsForClass', path: `classes/${classId}/results?limit=100`, limit: 100, params },
    {
      operationId: 'getLineItemsForClass',
      path: `classes/${classId}/lineItems?limit=100`,
      limit: 100,
      params,
    },
    { operationId: 'getResult', path: `results/${result}`, limit: 1, params },
    {
      operationId: 'getLineItem',
      path: `lineItems/${lineItem}`,
      limit: 1,
      params: { ...params, object: lineItem },
    },
  ]
}

interface Case {
  operationId: string
  /** Below the service. */
  path: string
  limit: number
  params?: Readonly<Record<string, string>>
}

interface Contest {
  url: string
  token: string
  bare: pg.PoolClient
  schoolId: string
}

/** Runs both turn by turn, so that both find the machine alike. */
async function compare(
  name: string,
  own: () => Promise<string>,
  bare: () => Promise<unknown>,
): Promise<void> {
  const [owns, bares]: [number[], number[]] = [[], []]
  let what = ''
  for (let round = -10; round < rounds; round++) {
    const started = performance.now()
    what = await own()
    const between = performance.now()
    await bare()
    if (round < 0) continue
    owns.push(between - started)
    bares.push(performance.now() - between)
  }
  const [median, bareMedian] = [at(owns, 0.5), at(bares, 0.5)]
  say(
    `${name}${what}: p50 ${median.toFixed(1)} ms, p99 ${at(owns, 0.99).toFixed(1)} ms; bare SQL ${bareMedian.toFixed(1)} ms; ratio of rates ${(bareMedian / median).toFixed(2)}`,
  )
}

async function compareRead(contest: Contest, { operationId, path, limit, params }: Case): Promise<void> {
  const operation = operations.find((each) => each.operationId === operationId)
  if (!operation) throw new Error(operationId)
  const address = `${contest.url}/ims/oneroster/${operation.service}/v1p2/${path}`
  let rows = 0
  await compare(
    path.replace(/[0-9a-f-]{36}/, 'x'),
    async () => {
      const bytes = await read(address, contest.token)
      return ` (${rows} rows, ${(bytes / 1e6).toFixed(2)} MB)`
    },
    async () => {
      rows = await bareRows(contest, operation, { limit, ...params })
    },
  )
}

/** The very SQL of the answer on a bare connection. */
async function bareRows({ bare, schoolId }: Contest, operation: Operation, values: object): Promise<number> {
  const wanted: Wanted = {
    resource: operation.resource,
    sight: { version: 'v1p2', key: 'bench', may: () => true },
    narrow: operation.narrow,
    part: operation.part,
    filter: undefined,
    fields: fieldsOf(operation.resource, 'v1p2'),
    sort: undefined,
    key: operation.operationId,
  }
  const query = operation.isOne ? oneStatement(wanted) : pageStatement(wanted)
  const common = { school: schoolId, today: today(systemClock), agreement: schoolId, offset: 0 }
  await bare.query(`begin read only; set local app.school = '${schoolId}'`)
  const { rows } = await bare.query(statement(query, { ...common, ...values }))
  await bare.query('commit')
  return rows.length
}

/** A result, its line item, its class and its student, as any client finds them. */
interface Sample {
  result: string
  lineItem: string
  classId: string
  student: string
}

async function sampleOf({ url, token }: Contest): Promise<Sample> {
  const answer = await fetch(`${url}/ims/oneroster/gradebook/v1p2/results?limit=1`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { results } = (await answer.json()) as {
    results: [{ sourcedId: string } & Record<'lineItem' | 'class' | 'student', { sourcedId: string }>]
  }
  const [{ sourcedId, lineItem, class: inClass, student }] = results
  return {
    result: sourcedId,
    lineItem: lineItem.sourcedId,
    classId: inClass.sourcedId,
    student: student.sourcedId,
  }
}

/** The same result again and again, each time with another score; a bare connection stores no more than its row and an entry. */
async function compareWrite(contest: Contest, { classId, student }: Sample): Promise<void> {
  const { url, token, bare, schoolId } = contest
  const put = async (path: string, body: object) => {
    const { status } = await fetch(`${url}/ims/oneroster/gradebook/v1p2/${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (status > 201) throw new Error(`${path}: ${status}`)
    return ''
  }
  const ref = (sourcedId: string) => ({ sourcedId })
  await put('categories/bench', { category: { title: 'Bench' } })
  const dates = { assignDate: '2026-11-01T00:00:00Z', dueDate: '2026-11-30T00:00:00Z' }
  const item = { title: 'Bench', ...dates, class: ref(classId), category: ref('bench') }
  await put('lineItems/bench', { lineItem: item })
  const whose = { lineItem: ref('bench'), student: ref(student), scoreDate: '2026-11-23' }
  let score = 0
  await compare(
    'PUT results/x',
    () => put('results/bench', { result: { ...whose, scoreStatus: 'fully graded', score: ++score } }),
    async () => {
      await bare.query(`begin; set local app.school = '${schoolId}'`)
      await bare.query(
        `update results r set value = $1, numeric_value = $2, version = r.version + 1 from gradebook_results w
         where w.sourced_id = 'bench' and r.school_id = w.school_id and r.pupil_id = w.pupil_id and r.aspect_id = w.aspect_id`,
        [String(score), score],
      )
      await bare.query(
        `update gradebook_results set score = $1, value = $2, version = version + 1 where sourced_id = 'bench'`,
        [score, String(score)],
      )
      const values = {
        school: schoolId,
        count: 1,
        at: new Date().toISOString(),
        actor: 'b',
        correlation: 'b',
      }
      const changes = JSON.stringify([{ resource: 'results', recordId: schoolId, action: 'changed' }])
      await bare.query(statement(takeNumbers, values))
      await bare.query(statement(appendChanges, { ...values, changes }))
      await bare.query('commit')
    },
  )
}

/** The whole school as a zip, against the very rows of its files read through a cursor on a bare connection and dropped. */
async function exports(url: string, token: string, bare: pg.PoolClient, schoolId: string): Promise<void> {
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

try {
  await main()
} finally {
  end()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
