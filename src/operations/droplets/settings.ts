import type { Static } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { readRevision } from '../../foundation/db/change-log.ts'
import { compile } from '../../foundation/db/compiled.ts'
import type { Tx } from '../../foundation/db/transaction.ts'
import { refuse } from '../../foundation/http/problems.ts'
import type { Audience, Kind } from './rules.ts'
import type { DropletSettings } from './schema.ts'
import { dropletRules, dropletSettings } from './table.ts'

type Settings = Static<typeof DropletSettings>

const readRules = compile(
  sql`select kind, audience from droplet_rules where school_id = ${sql.placeholder('school')} order by kind, audience`,
)
const readOne = compile(
  sql`select sends_email, to_char(quiet_from, 'HH24:MI'), to_char(quiet_until, 'HH24:MI'), to_char(digest_at, 'HH24:MI')
      from droplet_settings where school_id = ${sql.placeholder('school')}`,
)
const dropRules = compile(sql`delete from droplet_rules where school_id = ${sql.placeholder('school')}`)

/** Until a school has set anything, nobody is told anything. */
export async function readSettings(tx: Tx): Promise<Settings> {
  const [[row = []], rules] = [await tx.rows(readOne), await tx.rows(readRules)]
  const [sendsEmail, quietFrom = null, quietUntil = null, digestAt = null] = row
  return {
    rules: rules.map(([kind, audience]) => ({ kind: kind as Kind, audience: audience as Audience })),
    sendsEmail: sendsEmail === 't',
    quietFrom,
    quietUntil,
    digestAt,
  }
}

/** From now on; what has happened before is not told. */
export async function writeSettings(tx: Tx, settings: Settings, hasMailer: boolean): Promise<void> {
  const { rules, ...rest } = settings
  refuse([
    ...((rest.quietFrom === null) === (rest.quietUntil === null)
      ? []
      : [{ path: '/quietUntil', message: 'Quiet hours have a beginning and an end.' }]),
    ...(rest.sendsEmail && !hasMailer
      ? [{ path: '/sendsEmail', message: 'This server knows no mail server: SMTP_URL is not set.' }]
      : []),
  ])
  const [revision] = await tx.rows(readRevision)
  await tx.orm
    .insert(dropletSettings)
    .values({ schoolId: tx.schoolId, number: Number(revision?.[0] ?? 0), ...rest })
    .onConflictDoUpdate({ target: [dropletSettings.schoolId], set: rest })
  await tx.rows(dropRules)
  const updatedAt = tx.clock.now().toISOString()
  const rows = [...new Map(rules.map((rule) => [`${rule.kind} ${rule.audience}`, rule])).values()].map(
    (rule) => ({
      ...rule,
      schoolId: tx.schoolId,
      updatedAt,
      updatedBy: tx.actor,
    }),
  )
  if (rows.length > 0) await tx.orm.insert(dropletRules).values(rows)
  tx.log({
    resource: 'droplet-settings',
    recordId: tx.schoolId,
    action: 'changed',
    fields: Object.keys(settings),
  })
}
