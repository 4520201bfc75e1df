// npm run bench:volume [-- --million N]: the year's table of a school of 1,000 pupils beside N million stored marks of other
// schools: plan, time and bytes a mark. 20 million are 53 schools and take about a minute to make.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Pool } from 'pg'
import { bind } from '../../src/foundation/db/compiled.ts'
import { startEmbedded } from '../../src/foundation/db/embedded/start.ts'
import { migrate } from '../../src/foundation/db/migrate.ts'
import { openPool } from '../../src/foundation/db/pool.ts'
import { systemActor } from '../../src/foundation/db/transaction.ts'
import { systemClock } from '../../src/foundation/time/clock.ts'
import { cellsOf } from '../../src/records/attendance/statistics/answer.ts'
import { readTable } from '../../src/records/attendance/statistics/queries.ts'
import { crossedBy } from '../../src/records/attendance/work-lists/thresholds.ts'
import { makeBenchSchool, packedYear } from './school.ts'

const { values: options } = parseArgs({ options: { million: { type: 'string', default: '20' } } })
const marksOfSchool = 380_000
const schools = Math.max(1, Math.round((Number(options.million) * 1_000_000) / marksOfSchool))
const range = { from: '2026-09-01', until: '2027-09-01' }

/** Schools of 1,000 pupils with a year of marks, the register of every form and session, its act, and 2 % entries. */
const fill = (variants: string) => [
  `create temporary table s as select gen_random_uuid() as id from generate_series(1, ${schools - 1})`,
  `insert into schools (school_id, name) select id, 'Volume' from s`,
  `insert into academic_years (school_id, id, name, starts_on, ends_on, cycle_starts_on)
     select id, id, 'Year', '2026-09-01', '2027-08-31', '2026-08-31' from s`,
  `create temporary table p as select s.id as school, gen_random_uuid() as id, n from s, generate_series(1, 1000) as n`,
  `insert into people (school_id, id, legal_given_name, legal_family_name) select school, id, 'Given' || n, 'Family' || n from p`,
  `insert into pupils (school_id, id, admission_number, year_group, enrolment_status, enrolled_on)
     select school, id, n::text, 7 + n % 5, 'C', '2026-09-01' from p`,
  `insert into attendance_years (school_id, academic_year_id, pupil_id, starts_on, marks, present, authorised)
     select school, school, id, '2026-09-01', (array[${variants}])[1 + n % 23], 363, 17 from p`,
  `insert into groups (school_id, id, kind, code, name) select s.id, gen_random_uuid(), 'registration', n::text, n::text
     from s, generate_series(1, 33) as n`,
  `insert into registers (school_id, id, kind, date, session, group_id, taken_at, taken_by)
     select g.school_id, gen_random_uuid(), 'session', date '2026-09-01' + d, h, g.id, timestamptz '2026-09-01 08:45Z' + d * interval '1 day', 'app_volume'
     from groups g join s on s.id = g.school_id, generate_series(0, 189) as d, (values ('AM'), ('PM')) as x (h)`,
  `insert into attendance_acts (school_id, id, kind, register_id, acted_at, actor, name, position)
     select r.school_id, gen_random_uuid(), 'taken', r.id, r.taken_at, 'app_volume/account', 'Jo Smith', 'Teacher of Mathematics'
     from registers r join s on s.id = r.school_id`,
  `insert into mark_entries (school_id, pupil_id, date, session, act_id, was, becomes, minutes_late)
     select p.school, p.id, date '2026-09-01' + d, 'AM', a.id, '.', 'L', 7
     from p, generate_series(1, 189, 25) as d,
       lateral (select id from attendance_acts where school_id = p.school limit 1) as a`,
  'analyze',
]

const folder = mkdtempSync(join(tmpdir(), 'mis-volume-'))
chmodSync(folder, 0o755)
const postgres = await startEmbedded({ dataDir: folder })
const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  await migrate({ ownerUrl: postgres.ownerUrl })
  const pool = openPool({ url: postgres.appUrl, size: 1, applicationName: 'volume' })
  const owner = openPool({
    url: postgres.ownerUrl,
    size: 1,
    applicationName: 'volume',
    statementTimeoutMs: 0,
  })
  const db = { pool, clock: systemClock }
  const { id } = await makeBenchSchool(db, 1)
  const variants = Array.from({ length: 23 }, (_, at) => `'${packedYear(at)}'`).join(', ')
  for (const statement of fill(variants)) await owner.query(statement)
  await sizes(owner)
  await plan(pool, id)
  const actor = systemActor(id, 'volume')
  const question = { by: ['yearGroup'], range, compared: undefined, seesPupils: true } as const
  await timed("year's table, every mark counted", () => cellsOf(db, actor, question, {}, range))
  await timed('persistent absentees', () => crossedBy(db, actor, undefined, 'persistent-absence'))
  await pool.end()
  await owner.end()
}

async function sizes(owner: Pool): Promise<void> {
  const marks = schools * marksOfSchool
  say(`${(marks / 1e6).toFixed(1)} million marks in ${schools} schools`)
  let total = 0
  for (const table of ['attendance_years', 'registers', 'attendance_acts', 'mark_entries']) {
    const { rows } = await owner.query(`select pg_total_relation_size('${table}')::float8 as bytes`)
    total += rows[0].bytes
    say(
      `  ${table.padEnd(18)} ${(rows[0].bytes / 1e6).toFixed(0).padStart(6)} MB  ${(rows[0].bytes / marks).toFixed(2).padStart(6)} bytes a mark`,
    )
  }
  say(
    `  ${'together'.padEnd(18)} ${(total / 1e6).toFixed(0).padStart(6)} MB  ${(total / marks).toFixed(2).padStart(6)} bytes a mark`,
  )
}

async function plan(pool: Pool, school: string): Promise<void> {
  const query = readTable(['yearGroup'])
  const values = { school, ...range, pupil: null, yearGroup: null, group: null, groupOn: range.from }
  const client = await pool.connect()
  await client.query(`begin; set local app.school = '${school}'`)
  const { rows } = await client.query(
    `explain (analyze, buffers, costs off) ${query.text}`,
    bind(query, values),
  )
  await client.query('rollback')
  client.release()
  say(`\nPlan of the year's table, behind row-level security:`)
  for (const row of rows) say(`  ${row['QUERY PLAN']}`)
}

/** Median and worst of twenty runs, the first ones left out. */
async function timed(name: string, run: () => Promise<unknown>): Promise<void> {
  const times: number[] = []
  for (let at = 0; at < 25; at++) {
    const started = performance.now()
    await run()
    if (at >= 5) times.push(performance.now() - started)
  }
  times.sort((a, b) => a - b)
  say(`\n${name}: median ${times[10]?.toFixed(1)} ms, worst ${times.at(-1)?.toFixed(1)} ms`)
}

try {
  await main()
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
