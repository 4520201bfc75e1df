import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import type { Queue } from '../../foundation/db/queue.ts'
import { type Database, readTogether, systemActor, writeInSchool } from '../../foundation/db/transaction.ts'
import { type Mailer, sendDue } from './mail.ts'
import { makeDroplets } from './make.ts'

const value = (name: string) => sql.placeholder(name)
const dayMs = 86_400_000
/** Facts of last month are no news: whoever wants history reads the records. */
const keptDays = 30

/** Whether the log has gone on, or a letter is due, at a school that tells anybody anything. */
const readState = compile(
  sql`select s.number < (select c.number from change_counters c where c.school_id = s.school_id)
        or exists (select from droplets d where d.school_id = s.school_id and d.mailed_at is null and d.mail_at <= ${value('at')}::timestamptz)
      from droplet_settings s where s.school_id = ${value('school')}`,
)
const purge = compile(
  sql`delete from droplets where school_id = ${value('school')} and happened_at < ${value('before')}::timestamptz
      returning id, topic, pupil_id`,
)

/** Asks for what a school has to tell. */
export async function askForDroplets(
  db: Database,
  queue: Queue,
  schoolId: string,
  isSweep: boolean,
): Promise<void> {
  const values = { at: db.clock.now().toISOString() }
  const [rows = []] = await readTogether(db, systemActor(schoolId, 'droplets'), [
    { query: readState, values },
  ])
  if (rows[0]?.[0] === 't')
    await queue.ask('droplets', isSweep ? `${schoolId} again` : schoolId, { schoolId })
}

/** Looks through the log to its end, then writes the letters that are due. */
export async function tellDroplets(
  db: Database,
  mailer: Mailer | undefined,
  schoolId: string,
): Promise<void> {
  while (await makeDroplets(db, schoolId));
  if (mailer) await sendDue(db, schoolId, mailer)
}

export async function purgeDroplets(db: Database, schools: readonly string[]): Promise<void> {
  const before = new Date(db.clock.now().getTime() - keptDays * dayMs).toISOString()
  for (const schoolId of schools)
    await writeInSchool(db, systemActor(schoolId, 'droplets'), async (tx) => {
      for (const [recordId, topic, pupilId] of await tx.rows(purge, { before }))
        tx.log({
          resource: `${topic}-droplets`,
          recordId: recordId as string,
          action: 'removed',
          pupilIds: [pupilId as string],
        })
    })
}
