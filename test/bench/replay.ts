import type { Static } from '@sinclair/typebox'
import pg from 'pg'
import { allScopes } from '../../src/foundation/access/scopes.ts'
import { readRevision } from '../../src/foundation/db/change-log.ts'
import { openPool } from '../../src/foundation/db/pool.ts'
import {
  readInSchool,
  readTogether,
  systemActor,
  type Tx,
  writeInSchool,
} from '../../src/foundation/db/transaction.ts'
import { requiredVersions } from '../../src/foundation/http/etag.ts'
import type { Context } from '../../src/foundation/http/mount.ts'
import { newId } from '../../src/foundation/resource/rows.ts'
import { listReader, recordReader } from '../../src/foundation/resource/statements.ts'
import { systemClock, today } from '../../src/foundation/time/clock.ts'
import { nowOfStaff } from '../../src/operations/now/staff.ts'
import { readProgress } from '../../src/records/assessment/analysis/queries.ts'
import { readMarksheet, writeMarksheet } from '../../src/records/assessment/marksheets/grid.ts'
import { putResults } from '../../src/records/assessment/write.ts'
import { readPupilYears, readSummaries } from '../../src/records/attendance/queries.ts'
import type { NewMarks } from '../../src/records/attendance/registers/mark-schema.ts'
import { takeRegister } from '../../src/records/attendance/registers/take.ts'
import { cellsOf } from '../../src/records/attendance/statistics/answer.ts'
import { crossedBy } from '../../src/records/attendance/work-lists/thresholds.ts'
import { readCalendar } from '../../src/records/calendar/queries.ts'
import { pupil } from '../../src/records/pupils/queries.ts'
import { readLessons } from '../../src/records/timetable/queries.ts'
import { type BenchRequest, operations } from './requests.ts'
import type { BenchSchool } from './school.ts'

interface Statement {
  text: string
  name?: string
  values?: unknown[]
}

/** Statements that the service sent at once, before it waited for an answer. */
type Flush = Statement[]

/**
 * The physical limit: the very statements that the service sends for a request, recorded once, are sent again by bare
 * pg with the same prepared names and the same waits between them, without HTTP, JSON, tokens or rules.
 */
export async function replay(
  appUrl: string,
  school: BenchSchool,
  say: (message: unknown) => void,
): Promise<void> {
  const scripts = new Map<string, Flush[][][]>()
  for (const { name, connections, requests } of operations)
    scripts.set(
      name,
      await Promise.all(
        Array.from({ length: connections }, (_, at) => record(appUrl, school, requests(school, at))),
      ),
    )
  say({ url: '' })
  process.on('message', (word: { name: string; seconds: number }) => {
    if (typeof word === 'object' && 'seconds' in word)
      void measure(appUrl, scripts.get(word.name) ?? [], word.seconds).then(say)
  })
}

/** Runs each request once through the service's own data functions and notes what goes to the database. */
async function record(appUrl: string, school: BenchSchool, requests: BenchRequest[]): Promise<Flush[][]> {
  const pool = openPool({ url: appUrl, size: 1, applicationName: 'bench record' })
  const client = await pool.connect()
  const noted: Flush[][] = []
  let waiting = 0
  let flushes: Flush[] = []
  const original = client.query.bind(client) as (query: Statement | string) => Promise<unknown>
  const spy = async (query: Statement | string) => {
    if (waiting++ === 0) flushes.push([])
    flushes.at(-1)?.push(typeof query === 'string' ? { text: query } : query)
    return original(query).finally(() => waiting--)
  }
  Object.assign(client, { query: spy })
  client.release()
  for (const round of [0, 1])
    for (const request of requests) {
      flushes = []
      await perform({ pool, clock: systemClock }, school, request)
      // The first round inserts what later ones find.
      if (round === 1) noted.push(flushes)
    }
  await pool.end()
  return noted
}

async function perform(
  db: { pool: pg.Pool; clock: typeof systemClock },
  school: BenchSchool,
  { path, body }: BenchRequest,
): Promise<void> {
  const actor = systemActor(school.id, 'bench')
  const sent = body ? JSON.parse(body) : {}
  const write = (work: (tx: Tx) => Promise<unknown>) => writeInSchool(db, actor, work)
  const id = path.split('/')[3] as string
  const selection = { fields: Object.keys(pupil.row.properties), relations: [] }
  if (path.endsWith('/marks'))
    await write(async (tx) => {
      const { replaced } = await takeRegister(tx, id, sent as Static<typeof NewMarks>, requiredVersions('*'))
      tx.log({
        resource: 'registers',
        recordId: id,
        action: 'changed',
        fields: ['marks'],
        pupilIds: replaced.map(({ pupilId }) => pupilId),
      })
    })
  else if (path.endsWith('/batch'))
    await write(async (tx) => {
      const outcomes = await tx.savepoint(() => putResults(tx, sent.items))
      for (const each of outcomes)
        tx.log({
          resource: 'results',
          recordId: each.id,
          action: 'changed',
          fields: ['value'],
          pupilIds: [each.pupilId as string],
        })
    })
  else if (path.includes('/grid')) await performMarksheet(db, school, sent, write)
  else if (
    path.startsWith('/v1/attendance') ||
    path.startsWith('/v1/work-lists') ||
    path.startsWith('/v1/marks')
  )
    await performReading(db, school, path)
  else if (path.startsWith('/v1/now')) await performNow(db, school)
  else if (path.startsWith('/v1/lessons'))
    await readLessons(db, actor, { from: '2026-11-23', until: '2026-11-24' }, { staffId: school.teacher })
  else if (path.includes('/progress'))
    await readTogether(db, actor, [
      {
        query: readProgress,
        values: {
          aspect: school.marksheet.aspects[0],
          pupil: null,
          group: school.set,
          today: today(systemClock),
        },
      },
    ])
  else if (path.includes('?')) {
    const { query } = listReader(pupil, { selection, filters: [], sort: [], isContinued: false })
    await readTogether(db, actor, [
      { query: readRevision, values: {} },
      { query, values: { limit: 101 } },
    ])
  } else await readTogether(db, actor, [{ query: recordReader(pupil, selection).query, values: { id } }])
}

/** Now, for a teacher who reaches everybody: what the service adds to narrow it is not in here. */
async function performNow(
  db: { pool: pg.Pool; clock: typeof systemClock },
  { id, teacher, account }: BenchSchool,
): Promise<void> {
  const who = {
    schoolId: id,
    scopes: new Set(allScopes),
    rules: undefined,
    isStrong: true,
    leansOn: new Set<string>(),
    agreement: { id, version: 1, hasWithheld: false },
    person: { accountId: account, personId: teacher, kind: 'staff' },
  }
  const context = { db, who, actor: systemActor(id, 'bench') } as unknown as Context
  await nowOfStaff(context, { at: '2026-11-23T10:30:00.000Z', date: '2026-11-23', time: '10:30' }, teacher)
}

/** A marksheet, through the functions that its routes call. */
async function performMarksheet(
  db: { pool: pg.Pool; clock: typeof systemClock },
  { id, marksheet, set }: BenchSchool,
  sent: { cells?: { pupilId: string; column: string; value: string }[] },
  write: (work: (tx: Tx) => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  const { templateId } = marksheet
  const { cells } = sent
  if (!cells) {
    await readInSchool(db, systemActor(id, 'bench'), (tx) => readMarksheet(tx, templateId, set))
    return
  }
  await write(async (tx) => {
    for (const { id: recordId, pupilId } of await writeMarksheet(tx, templateId, set, { cells }))
      tx.log({
        resource: 'results',
        recordId,
        action: 'changed',
        fields: ['value'],
        pupilIds: [pupilId as string],
      })
    await readMarksheet(tx, templateId, set)
  })
}

/** Reads of attendance, through the functions that the routes call. */
async function performReading(
  db: { pool: pg.Pool; clock: typeof systemClock },
  { id, pupils }: BenchSchool,
  path: string,
): Promise<void> {
  const actor = systemActor(id, 'bench')
  const range = { from: '2026-09-01', until: '2027-09-01' }
  if (path.includes('summaries'))
    await readTogether(db, actor, [
      {
        query: readSummaries,
        values: {
          year: null,
          group: null,
          today: today(systemClock),
          after: '00000000-0000-0000-0000-000000000000',
          limit: 1001,
        },
      },
    ])
  else if (path.includes('statistics')) {
    await readTogether(db, actor, [{ query: readCalendar, values: {} }])
    const question = { by: ['yearGroup'], range, compared: undefined, seesPupils: true } as const
    await cellsOf(db, actor, question, {}, range)
  } else if (path.includes('thresholds')) await crossedBy(db, actor, undefined, 'persistent-absence')
  else {
    const pupil = pupils.find((each) => path.includes(each))
    await readTogether(db, actor, [{ query: readPupilYears, values: { pupil, until: range.until } }])
  }
}

/** Every connection repeats its script until the time is over. */
async function measure(appUrl: string, scripts: Flush[][][], seconds: number) {
  const clients = await Promise.all(scripts.map(() => connect(appUrl)))
  const before = process.cpuUsage()
  const until = performance.now() + seconds * 1000
  const times: number[] = []
  await Promise.all(
    clients.map(async (client, at) => {
      const script = scripts[at] as Flush[][]
      for (let turn = 0; performance.now() < until; turn++) {
        const started = performance.now()
        for (const flush of script[turn % script.length] as Flush[])
          await Promise.all(fresh(flush).map((statement) => client.query(statement as never)))
        times.push(performance.now() - started)
      }
    }),
  )
  const { user, system } = process.cpuUsage(before)
  await Promise.all(clients.map((client) => client.end()))
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0
  return {
    rate: times.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    cpuMs: (user + system) / 1000 / times.length,
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    pipeline: true,
    options: '-c timezone=UTC',
  } as pg.ClientConfig)
  await client.connect()
  return client
}

/** An act is stored under its id, which must be new each time, and its entries with it. */
function fresh(flush: Flush): Flush {
  const act = flush.find(({ text }) => text.includes('insert into attendance_acts'))
  if (!act) return flush
  const [old, id] = [act.values?.[1], newId()]
  return flush.map((statement) => ({
    ...statement,
    ...(statement.values && { values: statement.values.map((value) => (value === old ? id : value)) }),
  }))
}
