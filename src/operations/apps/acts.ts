import { and, desc, eq } from 'drizzle-orm'
import { announceAccess } from '../../foundation/access/announce.ts'
import type { Tx } from '../../foundation/db/transaction.ts'
import { problem, refuse } from '../../foundation/http/problems.ts'
import { today } from '../../foundation/time/clock.ts'
import { lockAgreement, type StoredAgreement, setAgreement, versionOf } from './agreements.ts'
import { findApp } from './apps.ts'
import { type Act, faultsOf, type State, stateAfter, stateOn } from './rules.ts'
import { agreementActs } from './table.ts'

/** Whether the draft was submitted and not refused since. */
async function isSubmitted(tx: Tx, { id, draftVersion }: StoredAgreement): Promise<boolean> {
  if (draftVersion === null) return false
  const [last] = await tx.orm
    .select({ act: agreementActs.act })
    .from(agreementActs)
    .where(
      and(
        eq(agreementActs.schoolId, tx.schoolId),
        eq(agreementActs.agreementId, id),
        eq(agreementActs.version, draftVersion),
      ),
    )
    .orderBy(desc(agreementActs.number))
    .limit(1)
  return last?.act === 'submitted'
}

/** Does something with an agreement, by the rules of its state; every process learns of it once it is committed. */
export async function act(tx: Tx, id: string, what: Act, note?: string): Promise<void> {
  const found = await lockAgreement(tx, id)
  const { draftVersion, versionInForce } = found
  const state = stateAfter(what, {
    state: found.state as State,
    draftVersion,
    versionInForce,
    isSubmitted: await isSubmitted(tx, found),
    isExpired: stateOn(today(tx.clock), found) === 'ended',
  })
  if (typeof state === 'object') throw problem('rule-broken', { detail: state.refused })
  const version =
    what === 'submitted' || what === 'approved' || what === 'refused' ? draftVersion : versionInForce
  await setAgreement(tx, id, { state, ...(await effectOf(tx, found, what, note)) })
  await noteAct(tx, id, what, version, note)
  await announceAccess(tx)
}

async function effectOf(
  tx: Tx,
  found: StoredAgreement,
  what: Act,
  note = '',
): Promise<Partial<StoredAgreement>> {
  const at = tx.clock.now().toISOString()
  if (what === 'ended') return { draftVersion: null, endedAt: at, endReason: note || null }
  if (what === 'deletion-attested')
    return { endedAt: found.endedAt ?? at, deletedAt: at, deletionStatement: note || 'Confirmed.' }
  if (what !== 'approved') return {}
  const terms = await versionOf(tx, found.id, found.draftVersion as number)
  const app = await findApp(tx, found.appId)
  refuse(app.isActive ? [] : [{ path: '/appId', message: 'The app was revoked.' }])
  refuse(faultsOf(terms, app, today(tx.clock)))
  return {
    versionInForce: found.draftVersion,
    draftVersion: null,
    scopes: terms.scopes ?? [],
    expiresOn: terms.expiresOn ?? null,
  }
}

export async function noteAct(
  tx: Tx,
  id: string,
  what: string,
  version: number | null,
  note?: string,
): Promise<void> {
  const [last] = await tx.orm
    .select({ number: agreementActs.number })
    .from(agreementActs)
    .where(and(eq(agreementActs.schoolId, tx.schoolId), eq(agreementActs.agreementId, id)))
    .orderBy(desc(agreementActs.number))
    .limit(1)
  await tx.orm.insert(agreementActs).values({
    schoolId: tx.schoolId,
    agreementId: id,
    number: (last?.number ?? 0) + 1,
    act: what,
    version,
    actedAt: tx.clock.now().toISOString(),
    actedBy: tx.actor,
    note: note ?? null,
  })
}
