import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as runMigrations } from 'drizzle-orm/node-postgres/migrator'
import t from 'tap'
import { migrate, servingRole } from '../../../src/foundation/db/migrate.ts'
import { openPool } from '../../../src/foundation/db/pool.ts'
import { startTestServer } from '../../support/server.ts'
import { asOwner, urlTo } from '../../support/template.ts'

const migrations = fileURLToPath(new URL('../../../drizzle', import.meta.url))
const school = '00000000-0000-7000-8000-000000000001'
const pupil = '00000000-0000-7000-8000-000000000002'
const late = '00000000-0000-7000-8000-000000000009'
const [year, group, session] = ['3', '4', '5'].map((end) => school.replace(/1$/, end))

/** The migrations up to one of them, in a folder of their own. */
function migrationsUpTo(tag: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mis-migrations-'))
  cpSync(migrations, folder, { recursive: true })
  const journal = join(folder, 'meta/_journal.json')
  const all = JSON.parse(readFileSync(journal, 'utf8'))
  const last = all.entries.findIndex((entry: { tag: string }) => entry.tag === tag)
  writeFileSync(journal, JSON.stringify({ ...all, entries: all.entries.slice(0, last + 1) }))
  return folder
}

const statements = [
  `insert into schools (school_id, name) values ('${school}', 'Old School')`,
  `insert into people (school_id, id, legal_given_name, legal_family_name) values ('${school}', '${pupil}', 'A', 'B')`,
  `insert into pupils (school_id, id, admission_number, year_group, enrolment_status, enrolled_on)
     values ('${school}', '${pupil}', '1', 7, 'C', '2026-09-01')`,
  `insert into academic_years (school_id, id, name, starts_on, ends_on, cycle_starts_on)
     values ('${school}', '${year}', 'Y', '2026-09-01', '2027-08-31', '2026-08-31')`,
  `insert into groups (school_id, id, kind, code, name) values ('${school}', '${group}', 'registration', '7A', '7A')`,
  `insert into registers (school_id, id, kind, date, session, group_id, taken_at, taken_by)
     values ('${school}', '${session}', 'session', '2026-09-02', 'AM', '${group}', '2026-09-02T08:45:00Z', 'app_1')`,
  `insert into attendance_years (school_id, academic_year_id, pupil_id, starts_on, marks, present)
     values ('${school}', '${year}', '${pupil}', '2026-09-01', '..M' || repeat('.', 727), 0)`,
  `insert into mark_details (school_id, register_id, pupil_id, minutes_late, comment)
     values ('${school}', '${session}', '${pupil}', null, 'Letter seen.')`,
  `insert into people (school_id, id, legal_given_name, legal_family_name) values ('${school}', '${late}', 'C', 'D')`,
  `insert into pupils (school_id, id, admission_number, year_group, enrolment_status, enrolled_on)
     values ('${school}', '${late}', '2', 7, 'C', '2026-09-01')`,
  `insert into attendance_years (school_id, academic_year_id, pupil_id, starts_on, marks, present, late)
     values ('${school}', '${year}', '${late}', '2026-09-01', '..L' || repeat('.', 727), 1, 1)`,
  `insert into mark_details (school_id, register_id, pupil_id, minutes_late, comment)
     values ('${school}', '${session}', '${late}', 7, null)`,
  `insert into amendments (school_id, register_id, pupil_id, register_version, date, session, was, becomes, reason, amended_at, amended_by)
     values ('${school}', '${session}', '${pupil}', 3, '2026-09-02', 'AM', 'N', 'M', 'Dentist.', '2026-09-04T10:00:00Z', 'app_2')`,
]

t.test(
  'what amendments and details held is in the one history afterwards, for an owner who is no superuser',
  async (t) => {
    const server = await startTestServer()
    t.teardown(server.stop)
    await asOwner(server.ownerUrl, async (admin) => {
      await admin.query(`create role ${servingRole} login`)
      await admin.query(`create role plain_owner login in role ${servingRole}`)
      await admin.query('create database old_school owner plain_owner')
    })
    const extension = openPool({
      url: urlTo(server.ownerUrl, 'old_school'),
      size: 1,
      applicationName: 'test',
    })
    await extension.query('create extension btree_gist')
    await extension.end()
    const ownerUrl = urlTo(server.ownerUrl, 'old_school', 'plain_owner')
    const pool = openPool({ url: ownerUrl, size: 1, applicationName: 'test' })
    const folder = migrationsUpTo('0003_access_guards')
    await runMigrations(drizzle(pool), { migrationsFolder: folder })
    rmSync(folder, { recursive: true })
    // As a running school has it: the policies are forced upon the owner, too.
    for (const table of ['amendments', 'mark_details', 'registers', 'attendance_years', 'pupils', 'people'])
      await pool.query(`alter table ${table} enable row level security`)
    await pool.query(`set app.school = '${school}'`)
    for (const statement of statements) await pool.query(statement)
    for (const table of ['amendments', 'mark_details', 'registers', 'attendance_years'])
      await pool.query(`alter table ${table} force row level security`)
    await pool.end()

    await migrate({ ownerUrl })

    const after = openPool({ url: urlTo(server.ownerUrl, 'old_school'), size: 1, applicationName: 'test' })
    t.teardown(() => after.end())
    const { rows } = await after.query(
      `select e.was, e.becomes, e.minutes_late, e.comment, a.kind, a.reason, a.actor, a.acted_at from mark_entries e
     join attendance_acts a on a.school_id = e.school_id and a.id = e.act_id order by e.act_id`,
    )
    t.match(rows, [
      { was: '.', becomes: 'L', minutes_late: 7, comment: null, kind: 'taken', actor: 'app_1' },
      {
        was: 'N',
        becomes: 'M',
        comment: 'Letter seen.',
        kind: 'amended',
        reason: 'Dentist.',
        actor: 'app_2',
      },
    ])
    t.equal(rows.length, 2)
  },
)
