import { and, desc, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../foundation/db/transaction.ts'
import { problem, refuse } from '../../foundation/http/problems.ts'
import { resource } from '../../foundation/resource/resource.ts'
import { newId } from '../../foundation/resource/rows.ts'
import { clientSchools } from '../../oauth/table.ts'
import { findApp } from './apps.ts'
import { expiringDays, faultsOfScopes, type Terms, type WrittenTerms } from './rules.ts'
import { Agreement, AgreementFilter } from './schema.ts'
import { agreements, agreementVersions } from './table.ts'

const dayHere = sql`(now() at time zone 'Europe/London')::date`

export const agreement = resource({
  path: '/agreements',
  one: 'Agreement',
  phrase: 'an agreement with an app',
  scope: 'agreements',
  row: Agreement,
  filter: AgreementFilter,
  view: {
    table: agreements,
    fields: {
      id: agreements.id,
      updatedAt: agreements.updatedAt,
      appId: agreements.appId,
      state: sql`case when ${agreements.state} <> 'in-force' then ${agreements.state}
        when ${agreements.expiresOn} < ${dayHere} then 'ended'
        when ${agreements.expiresOn} < ${dayHere} + ${sql.raw(String(expiringDays))} then 'expiring'
        else 'in-force' end`,
      draftVersion: agreements.draftVersion,
      versionInForce: agreements.versionInForce,
      scopes: agreements.scopes,
      expiresOn: agreements.expiresOn,
      hasWithheld: agreements.hasWithheld,
      endedAt: agreements.endedAt,
      endReason: agreements.endReason,
      deletedAt: agreements.deletedAt,
      deletionStatement: agreements.deletionStatement,
    },
  },
  constraints: {
    agreements__app_id: {
      code: 'already-exists',
      path: '/appId',
      message: 'There is an agreement with this app: change that one.',
    },
  },
})

export type StoredAgreement = typeof agreements.$inferSelect

const isThis = (tx: Tx, id: string) => and(eq(agreements.schoolId, tx.schoolId), eq(agreements.id, id))

/** The agreement, locked until the transaction ends; throws 404. */
export async function lockAgreement(
  tx: Tx,
  id: string,
  lock: 'update' | 'none' = 'update',
): Promise<StoredAgreement> {
  const query = tx.orm.select().from(agreements).where(isThis(tx, id))
  const [found] = lock === 'none' ? await query : await query.for('update')
  if (!found) throw problem('not-found')
  return found
}

export async function setAgreement(tx: Tx, id: string, values: Partial<StoredAgreement>): Promise<void> {
  const at = tx.clock.now().toISOString()
  await tx.orm
    .update(agreements)
    .set({ ...values, version: sql`${agreements.version} + 1`, updatedAt: at })
    .where(isThis(tx, id))
}

/** Begins an agreement with a first draft; one that has ended begins anew under its old id. */
export async function draftAgreement(
  tx: Tx,
  { appId, ...terms }: WrittenTerms & { appId: string; scopes: string[] },
): Promise<string> {
  const app = await findApp(tx, appId)
  refuse(faultsOfScopes(terms.scopes, app))
  const [ended] = await tx.orm
    .select()
    .from(agreements)
    .where(
      and(eq(agreements.schoolId, tx.schoolId), eq(agreements.appId, appId), eq(agreements.state, 'ended')),
    )
    .for('update')
  const id = ended?.id ?? newId()
  if (ended)
    await setAgreement(tx, id, {
      state: 'draft',
      versionInForce: null,
      scopes: [],
      expiresOn: null,
      endedAt: null,
      endReason: null,
      deletedAt: null,
      deletionStatement: null,
    })
  else {
    await tx.orm
      .insert(clientSchools)
      .values({ clientId: appId, schoolId: tx.schoolId })
      .onConflictDoNothing()
    const updatedAt = tx.clock.now().toISOString()
    await tx.orm
      .insert(agreements)
      .values({ schoolId: tx.schoolId, id, updatedAt, appId, state: 'draft', scopes: [] })
  }
  await addVersion(tx, id, terms)
  return id
}

/** Writes a new version; what is in force stays so until the new one is approved. */
export async function changeTerms(tx: Tx, id: string, change: Partial<Terms>): Promise<void> {
  const found = await lockAgreement(tx, id)
  if (found.state === 'ended')
    throw problem('rule-broken', { detail: 'The agreement has ended: begin a new one.' })
  const latest = await versionOf(tx, id, found.draftVersion ?? found.versionInForce ?? 0)
  const terms = { ...latest, ...change }
  refuse(faultsOfScopes(terms.scopes ?? [], await findApp(tx, found.appId)))
  await addVersion(tx, id, terms)
  if (found.state === 'in-review') await setAgreement(tx, id, { state: 'draft' })
}

async function addVersion(tx: Tx, id: string, terms: WrittenTerms): Promise<void> {
  const [last] = await tx.orm
    .select({ number: agreementVersions.number })
    .from(agreementVersions)
    .where(and(eq(agreementVersions.schoolId, tx.schoolId), eq(agreementVersions.agreementId, id)))
    .orderBy(desc(agreementVersions.number))
    .limit(1)
  const number = (last?.number ?? 0) + 1
  const preparedAt = tx.clock.now().toISOString()
  const values = { schoolId: tx.schoolId, agreementId: id, number, preparedAt, preparedBy: tx.actor }
  await tx.orm.insert(agreementVersions).values({ ...values, terms: { ...terms } })
  await setAgreement(tx, id, { draftVersion: number })
}

/** The terms as a version has them. */
export async function versionOf(tx: Tx, id: string, number: number): Promise<WrittenTerms> {
  const [found] = await tx.orm
    .select({ terms: agreementVersions.terms })
    .from(agreementVersions)
    .where(
      and(
        eq(agreementVersions.schoolId, tx.schoolId),
        eq(agreementVersions.agreementId, id),
        eq(agreementVersions.number, number),
      ),
    )
  return found?.terms ?? {}
}
