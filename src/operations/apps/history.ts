import { and, asc, eq } from 'drizzle-orm'
import type { Tx } from '../../foundation/db/transaction.ts'
import { riskOf } from './rules.ts'
import { agreementActs, agreementVersions } from './table.ts'

const instant = (text: string) => new Date(text).toISOString()

/** Every version of an agreement as it was written, oldest first. */
export async function readVersions(tx: Tx, id: string) {
  const rows = await tx.orm
    .select()
    .from(agreementVersions)
    .where(and(eq(agreementVersions.schoolId, tx.schoolId), eq(agreementVersions.agreementId, id)))
    .orderBy(asc(agreementVersions.number))
  return rows.map(({ number, preparedAt, preparedBy, terms }) => {
    const { screening } = terms
    return {
      number,
      risk: screening ? riskOf(screening) : 'low',
      preparedAt: instant(preparedAt),
      preparedBy,
      terms,
    }
  })
}

/** Everything that was done with an agreement, oldest first. */
export async function readActs(tx: Tx, id: string) {
  const rows = await tx.orm
    .select()
    .from(agreementActs)
    .where(and(eq(agreementActs.schoolId, tx.schoolId), eq(agreementActs.agreementId, id)))
    .orderBy(asc(agreementActs.number))
  return rows.map(({ number, act, version, actedAt, actedBy, note }) => ({
    number,
    act,
    version,
    actedAt: instant(actedAt),
    actedBy,
    note,
  }))
}
