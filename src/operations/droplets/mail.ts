import { sql } from 'drizzle-orm'
import type { Transporter } from 'nodemailer'
import { noAgreement } from '../../foundation/access/principal.ts'
import type { Narrowed } from '../../foundation/access/reach.ts'
import { everybody } from '../../foundation/access/reach.ts'
import { compile } from '../../foundation/db/compiled.ts'
import { type Database, readTogether, systemActor, writeInSchool } from '../../foundation/db/transaction.ts'
import { today } from '../../foundation/time/clock.ts'
import { rulesOf } from '../access/roles.ts'
import type { Audience, Kind } from './rules.ts'
import { sentenceOf } from './wording.ts'

const value = (name: string) => sql.placeholder(name)
const school = value('school')

/** Letters of one school that are sent in one go. */
const mostLetters = 200

const readDue = compile(sql`
  select d.person_id, d.audience, e.email, s.name, to_json(array_agg(d.id order by d.visible_at, d.id))
  from droplets d
  join people e on e.school_id = d.school_id and e.id = d.person_id
  join schools s on s.school_id = d.school_id
  where d.school_id = ${school} and d.mailed_at is null and d.mail_at <= ${value('at')}::timestamptz
  group by d.person_id, d.audience, e.email, s.name limit ${mostLetters}::int`)
const readRoles = compile(
  sql`select role, year_group from role_assignments where school_id = ${school} and person_id = ${value('person')}::uuid
        and valid_from <= ${value('today')}::date and (valid_until is null or valid_until > ${value('today')}::date)`,
)
const readPermissions = compile(
  sql`select role, to_json(scopes) from role_permissions where school_id = ${school}`,
)
const readSeen = compile(sql`
  select d.id, d.kind, d.facts, coalesce(e.preferred_given_name, e.legal_given_name)
  from droplets d join people e on e.school_id = d.school_id and e.id = d.pupil_id
  where d.school_id = ${school} and d.id = any(${value('ids')}::uuid[]) and d.topic = ${value('topic')}
    and d.visible_at <= ${value('at')}::timestamptz order by d.visible_at, d.id`)
const noteMailed = compile(
  sql`update droplets set mailed_at = ${value('at')}::timestamptz where school_id = ${school} and id = any(${value('ids')}::uuid[])`,
)

/** How letters go out. */
export interface Mailer {
  transport: Pick<Transporter, 'sendMail'>
  from: string
}

interface Due {
  personId: string
  audience: Audience
  email: string | null
  schoolName: string
  ids: string[]
}

/** Writes to everybody whose time has come; returns how many letters went out. A letter that fails is tried again. */
export async function sendDue(db: Database, schoolId: string, mailer: Mailer): Promise<number> {
  const at = db.clock.now().toISOString()
  const who = systemActor(schoolId, 'droplets')
  const [rows = []] = await readTogether(db, who, [{ query: readDue, values: { at } }])
  let sent = 0
  for (const row of rows) {
    const [personId, audience, email, schoolName, ids] = row as string[]
    const due = {
      personId: personId as string,
      audience: audience as Audience,
      email: email ?? null,
      schoolName: schoolName as string,
      ids: JSON.parse(ids as string),
    }
    if (await sendOne(db, schoolId, mailer, due)) sent++
    await writeInSchool(db, who, (tx) => tx.rows(noteMailed, { ids: due.ids, at }))
  }
  return sent
}

async function sendOne(
  db: Database,
  schoolId: string,
  { transport, from }: Mailer,
  due: Due,
): Promise<boolean> {
  if (due.email === null) return false
  const lines = await linesFor(db, schoolId, due)
  if (lines.length === 0) return false
  await transport.sendMail({
    from,
    to: due.email,
    subject: `News from ${due.schoolName}`,
    text: `${lines.join('\n')}\n\nSent by ${due.schoolName}. Please do not answer this letter.\n`,
  })
  return true
}

/** What the person could read through the API right now, by scope and by pupil; everything else is left out. */
async function linesFor(db: Database, schoolId: string, due: Due): Promise<string[]> {
  const rules = await rulesFor(db, schoolId, due)
  const lines: string[] = []
  for (const topic of ['attendance', 'assessment', 'timetable']) {
    const needed = [rules.get(`${topic}:read`), rules.get('pupils:read')]
    if (needed.some((each) => each === undefined)) continue
    const clauses = needed
      .map((each) => [...(each as ReadonlySet<string>)].sort())
      .filter((each) => !each.includes(everybody))
    const narrowed: Narrowed = {
      personId: due.personId,
      clauses,
      agreementId: noAgreement,
      isFamily: due.audience !== 'tutor',
    }
    const reach = clauses.length === 0 ? ('everyone' as const) : narrowed
    const values = { ids: due.ids, topic, at: db.clock.now().toISOString() }
    const [rows = []] = await readTogether(db, { schoolId, reach }, [{ query: readSeen, values }])
    for (const [, kind, facts, name] of rows)
      lines.push(sentenceOf(kind as Kind, name as string, JSON.parse(facts as string)))
  }
  return lines
}

async function rulesFor(db: Database, schoolId: string, { personId, audience }: Due) {
  const values = { person: personId, today: today(db.clock) }
  const [held = [], changed = []] = await readTogether(db, systemActor(schoolId, 'droplets'), [
    { query: readRoles, values },
    { query: readPermissions, values: {} },
  ])
  const roles =
    audience === 'tutor'
      ? held.map(([role, year]) => ({ role: role as string, yearGroup: year == null ? null : Number(year) }))
      : [{ role: audience, yearGroup: null }]
  const permissions = new Map(
    changed.map(([role, scopes]) => [role as string, JSON.parse(scopes as string) as string[]]),
  )
  return rulesOf(roles, permissions)
}
