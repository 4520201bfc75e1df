import { createHash, randomBytes } from 'node:crypto'
import { and, eq, gt, isNull } from 'drizzle-orm'
import {
  type Database,
  readInSchool,
  systemActor,
  type Tx,
  writeInSchool,
} from '../../foundation/db/transaction.ts'
import { newId } from '../../foundation/resource/rows.ts'
import { type Account, accountInUse, findInvited } from './accounts.ts'
import { hashPassword } from './passwords.ts'
import { invitations } from './table.ts'

const lifeMs = 7 * 24 * 3_600_000

/** 256 random bits need no slow hash. */
const hashOf = (token: string) => createHash('sha256').update(token).digest()

/** A one-time link's token, good for a week: by it somebody takes an account into use or sets a new password. Earlier ones end. */
export async function invite(tx: Tx, accountId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const now = tx.clock.now()
  await tx.orm
    .update(invitations)
    .set({ usedAt: now.toISOString() })
    .where(
      and(
        eq(invitations.schoolId, tx.schoolId),
        eq(invitations.accountId, accountId),
        isNull(invitations.usedAt),
      ),
    )
  await tx.orm.insert(invitations).values({
    schoolId: tx.schoolId,
    id: newId(),
    accountId,
    tokenHash: hashOf(token),
    createdAt: now.toISOString(),
    createdBy: tx.actor,
    expiresAt: new Date(now.getTime() + lifeMs).toISOString(),
  })
  return token
}

/** The account of a link that may still be used. */
export const findInvitation = (db: Database, schoolId: string, token: string): Promise<Account | undefined> =>
  readInSchool(db, systemActor(schoolId, 'invitation'), (tx) => findInvited(tx, hashOf(token)))

/** Uses a link up: of any number of tries at once exactly one gets the account, the others nothing. */
export async function acceptInvitation(
  db: Database,
  schoolId: string,
  token: string,
  password: string,
): Promise<Account | undefined> {
  const passwordHash = await hashPassword(password)
  return writeInSchool(db, systemActor(schoolId, 'invitation'), async (tx) => {
    const now = tx.clock.now().toISOString()
    const [used] = await tx.orm
      .update(invitations)
      .set({ usedAt: now })
      .where(
        and(
          eq(invitations.schoolId, schoolId),
          eq(invitations.tokenHash, hashOf(token)),
          isNull(invitations.usedAt),
          gt(invitations.expiresAt, now),
        ),
      )
      .returning({ accountId: invitations.accountId })
    return used && accountInUse(tx, used.accountId, passwordHash)
  })
}
