import { announceAccess } from '../../foundation/access/announce.ts'
import { type Database, systemActor, type Tx, writeInSchool } from '../../foundation/db/transaction.ts'
import { newId } from '../../foundation/resource/rows.ts'
import { today } from '../../foundation/time/clock.ts'
import { addMonths } from '../../foundation/time/days.ts'
import { createClient, type NewClient } from '../../oauth/clients.ts'
import { clientSchools } from '../../oauth/table.ts'
import { longestMonths } from './rules.ts'
import { agreementActs, agreements, agreementVersions } from './table.ts'

export interface Opening {
  appId: string
  scopes: readonly string[]
  purpose: string
  months?: number
}

/** An agreement that is in force at once: made by whoever runs the installation, who answers for what is in it. */
export async function openApp(
  tx: Tx,
  { appId, scopes, purpose, months = longestMonths }: Opening,
): Promise<string> {
  const id = newId()
  const at = tx.clock.now().toISOString()
  const { schoolId } = tx
  const expiresOn = addMonths(today(tx.clock), months)
  const terms = { scopes: [...scopes], purpose, expiresOn }
  const act = {
    schoolId,
    agreementId: id,
    number: 1,
    act: 'approved',
    version: 1,
    actedAt: at,
    actedBy: tx.actor,
  }
  await tx.orm.insert(clientSchools).values({ clientId: appId, schoolId }).onConflictDoNothing()
  await tx.orm.insert(agreements).values({
    schoolId,
    id,
    updatedAt: at,
    appId,
    state: 'in-force',
    versionInForce: 1,
    scopes: [...scopes],
    expiresOn,
  })
  await tx.orm
    .insert(agreementVersions)
    .values({ schoolId, agreementId: id, number: 1, terms, preparedAt: at, preparedBy: tx.actor })
  await tx.orm.insert(agreementActs).values(act)
  tx.log({ resource: 'agreements', recordId: id, action: 'created' })
  await announceAccess(tx)
  return id
}

/** Registers an app of one school and opens the school to it: what `mis clients create` and the demo do. */
export async function createOpenClient(
  db: Database,
  app: NewClient & { schoolId: string },
  by: string,
): Promise<Awaited<ReturnType<typeof createClient>>> {
  const made = await createClient(db.pool, db.clock, app)
  await writeInSchool(db, systemActor(app.schoolId, by), (tx) =>
    openApp(tx, { appId: made.client.id, scopes: made.client.scopes, purpose: `Registered with ${by}.` }),
  )
  return made
}
