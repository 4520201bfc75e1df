import { sql } from 'drizzle-orm'
import { compile } from '../db/compiled.ts'
import type { Tx } from '../db/transaction.ts'

/** Channel on which every process learns that somebody's access has changed. */
export const accessChannel = 'mis_revocations'

const notify = compile(
  sql`select pg_notify(${accessChannel}::text, 'access ' || ${sql.placeholder('school')}::text)`,
)

/** Once the transaction commits, every process reads the school's standings anew (standing.ts): agreements, roles, accounts. */
export async function announceAccess(tx: Tx): Promise<void> {
  await tx.rows(notify)
}
