import { and, asc, eq } from 'drizzle-orm'
import { announceAccess } from '../../foundation/access/announce.ts'
import type { Tx } from '../../foundation/db/transaction.ts'
import { refuse } from '../../foundation/http/problems.ts'
import { noteAct } from './acts.ts'
import { lockAgreement, setAgreement } from './agreements.ts'
import { withheldPupils } from './table.ts'

/**
 * Sets which pupils the app never sees. Who acts through an app from which pupils are withheld does not see their rows
 * here either, so those stay: an app cannot lift what is withheld from itself.
 */
export async function withholdPupils(
  tx: Tx,
  id: string,
  pupils: readonly { pupilId: string; reason: string }[],
): Promise<void> {
  refuse(repeated(pupils))
  const { versionInForce, hasWithheld } = await lockAgreement(tx, id)
  const own = and(eq(withheldPupils.schoolId, tx.schoolId), eq(withheldPupils.agreementId, id))
  await tx.orm.delete(withheldPupils).where(own)
  const common = {
    schoolId: tx.schoolId,
    agreementId: id,
    withheldBy: tx.actor,
    withheldAt: tx.clock.now().toISOString(),
  }
  if (pupils.length > 0)
    await tx.orm.insert(withheldPupils).values(pupils.map((each) => ({ ...common, ...each })))
  const mayHide = tx.reach !== 'everyone' && hasWithheld
  await setAgreement(tx, id, { hasWithheld: pupils.length > 0 || mayHide })
  await noteAct(tx, id, 'pupils-withheld', versionInForce, `${pupils.length} pupils`)
  await announceAccess(tx)
}

const repeated = (pupils: readonly { pupilId: string }[]) =>
  pupils.flatMap(({ pupilId }, at) =>
    pupils.findIndex((each) => each.pupilId === pupilId) < at
      ? [{ path: `/pupils/${at}/pupilId`, message: 'Each pupil is named once.' }]
      : [],
  )

/** Pupils whom the app never sees, with the reason. */
export const readWithheld = (tx: Tx, id: string) =>
  tx.orm
    .select({ pupilId: withheldPupils.pupilId, reason: withheldPupils.reason })
    .from(withheldPupils)
    .where(and(eq(withheldPupils.schoolId, tx.schoolId), eq(withheldPupils.agreementId, id)))
    .orderBy(asc(withheldPupils.pupilId))
