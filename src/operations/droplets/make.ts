import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import { type Database, systemActor, type Tx, writeInSchool } from '../../foundation/db/transaction.ts'
import { newId } from '../../foundation/resource/rows.ts'
import { instantOfLocal, localTime, today } from '../../foundation/time/clock.ts'
import { addDays } from '../../foundation/time/days.ts'
import { entriesFrom, readEntries } from '../feed/log.ts'
import { type Found, factsIn } from './facts.ts'
import {
  type Audience,
  type Hours,
  type Kind,
  type LocalTime,
  mailTime,
  type Recipient,
  toldTo,
} from './rules.ts'
import { droplets } from './table.ts'

const value = (name: string) => sql.placeholder(name)
const school = value('school')

/** Entries that are looked through in one transaction. */
const mostEntries = 500

const lockSettings = compile(
  sql`select number, sends_email, to_char(quiet_from, 'HH24:MI'), to_char(quiet_until, 'HH24:MI'), to_char(digest_at, 'HH24:MI')
      from droplet_settings where school_id = ${school} for update`,
)
const readRules = compile(sql`select kind, audience from droplet_rules where school_id = ${school}`)
const moveOn = compile(
  sql`update droplet_settings set number = ${value('number')}::bigint where school_id = ${school}`,
)
/** Those whom a pupil's facts may concern: who has parental responsibility and is not barred, the pupil, the tutor. */
const readRecipients = compile(sql`
  select 'guardian', c.pupil_id, c.contact_id from pupil_contacts c
  where c.school_id = ${school} and c.pupil_id = any(${value('pupils')}::uuid[])
    and c.has_parental_responsibility and not c.is_court_order_restricted
  union all
  select 'pupil', p.id, p.id from pupils p where p.school_id = ${school} and p.id = any(${value('pupils')}::uuid[])
  union all
  select distinct 'tutor', m.pupil_id, s.staff_id from memberships m
  join memberships s on s.school_id = m.school_id and s.group_id = m.group_id and s.role = 'tutor' and s.staff_id is not null
    and s.valid_from <= ${value('today')}::date and (s.valid_until is null or s.valid_until > ${value('today')}::date)
  where m.school_id = ${school} and m.pupil_id = any(${value('pupils')}::uuid[])
    and m.valid_from <= ${value('today')}::date and (m.valid_until is null or m.valid_until > ${value('today')}::date)`)
const dropStale = compile(sql`
  delete from droplets d using jsonb_to_recordset(${value('stale')}::jsonb) as x ("recordId" uuid, "pupilIds" jsonb)
  where d.school_id = ${school} and d.record_id = x."recordId"
    and (x."pupilIds" is null or jsonb_typeof(x."pupilIds") = 'null' or x."pupilIds" ? d.pupil_id::text)
    and not (d.kind || ' ' || d.pupil_id || ' ' || d.record_id) = any(${value('kept')}::text[])
  returning d.id, d.topic, d.pupil_id`)

/** Looks through what has happened since the last time; true when there is more. */
export async function makeDroplets(db: Database, schoolId: string): Promise<boolean> {
  return writeInSchool(db, systemActor(schoolId, 'droplets'), async (tx) => {
    const [settings] = await tx.rows(lockSettings)
    if (!settings) return false
    const [number, sendsEmail, quietFrom = null, quietUntil = null, digestAt = null] = settings
    const entries = entriesFrom(await tx.rows(readEntries, { after: number, limit: mostEntries }))
    const last = entries.at(-1)
    if (!last) return false
    await tell(tx, await factsIn(tx, entries), {
      sendsEmail: sendsEmail === 't',
      hours: { quietFrom, quietUntil, digestAt },
    })
    await tx.rows(moveOn, { number: last.number })
    return entries.length === mostEntries
  })
}

interface Settings {
  sendsEmail: boolean
  hours: Hours
}

const local: LocalTime = {
  of: (instant) => localTime(new Date(instant)),
  at: (date, time) => instantOfLocal(date, time).toISOString(),
  nextDay: (date) => addDays(date, 1),
}

async function tell(tx: Tx, { facts, stale }: Found, { sendsEmail, hours }: Settings): Promise<void> {
  const kept = facts.map(({ kind, pupilId, recordId }) => `${kind} ${pupilId} ${recordId}`)
  const gone = stale.length === 0 ? [] : await tx.rows(dropStale, { stale: JSON.stringify(stale), kept })
  for (const [id, topic, pupilId] of gone)
    log(tx, id as string, topic as string, pupilId as string, 'removed')
  const rules = new Set((await tx.rows(readRules)).map(([kind, audience]) => `${kind} ${audience}`))
  const isOn = (kind: Kind, audience: Audience) => rules.has(`${kind} ${audience}`)
  const told = toldTo(facts, await recipientsOf(tx, facts), isOn)
  const updatedAt = tx.clock.now().toISOString()
  for (const each of told) {
    const mailAt = sendsEmail ? mailTime(each.visibleAt, hours, local) : null
    const row = { ...each, schoolId: tx.schoolId, id: newId(), updatedAt, mailAt }
    const { facts: what, visibleAt } = each
    const [stored] = await tx.orm
      .insert(droplets)
      .values(row)
      .onConflictDoUpdate({
        target: [droplets.schoolId, droplets.kind, droplets.personId, droplets.pupilId, droplets.recordId],
        set: { facts: what, visibleAt, updatedAt, version: sql`${droplets.version} + 1` },
      })
      .returning({ id: droplets.id, version: droplets.version })
    const action = stored?.version === 1 ? 'created' : 'changed'
    log(tx, stored?.id as string, each.topic, each.pupilId, action)
  }
}

function log(
  tx: Tx,
  recordId: string,
  topic: string,
  pupilId: string,
  action: 'created' | 'changed' | 'removed',
): void {
  const fields = action === 'changed' ? { fields: ['facts', 'visibleAt'] } : {}
  tx.log({ resource: `${topic}-droplets`, recordId, action, pupilIds: [pupilId], ...fields })
}

async function recipientsOf(tx: Tx, facts: readonly { pupilId: string }[]): Promise<Recipient[]> {
  if (facts.length === 0) return []
  const pupils = [...new Set(facts.map(({ pupilId }) => pupilId))]
  const rows = await tx.rows(readRecipients, { pupils, today: today(tx.clock) })
  return rows.map(([audience, pupilId, personId]) => ({
    audience: audience as Audience,
    pupilId: pupilId as string,
    personId: personId as string,
  }))
}
