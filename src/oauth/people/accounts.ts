import { and, eq, sql } from 'drizzle-orm'
import { announceAccess } from '../../foundation/access/announce.ts'
import type { Person } from '../../foundation/access/principal.ts'
import {
  type Database,
  readInSchool,
  systemActor,
  type Tx,
  writeInSchool,
} from '../../foundation/db/transaction.ts'
import { problem } from '../../foundation/http/problems.ts'
import { newId } from '../../foundation/resource/rows.ts'
import { people } from '../../records/people/table.ts'
import { accounts, invitations, passkeys } from './table.ts'

/** Who may sign in, as the sign-in pages need it. */
export interface Account {
  id: string
  schoolId: string
  personId: string
  kind: Person['kind']
  login: string
  status: 'invited' | 'active' | 'suspended'
  passwordHash: string | null
  hasTotp: boolean
  /** How many. */
  passkeys: number
  /** As the person is called. */
  name: string
}

const fields = {
  id: accounts.id,
  schoolId: accounts.schoolId,
  personId: accounts.personId,
  kind: sql<Person['kind']>`${accounts.kind}`,
  login: accounts.login,
  status: sql<Account['status']>`${accounts.status}`,
  passwordHash: accounts.passwordHash,
  hasTotp: sql<boolean>`${accounts.totpSecret} is not null`,
  passkeys: sql<number>`(select count(*)::int from ${passkeys} where ${passkeys.schoolId} = ${accounts.schoolId} and ${passkeys.accountId} = ${accounts.id})`,
  name: sql<string>`concat_ws(' ', coalesce(${people.preferredGivenName}, ${people.legalGivenName}), coalesce(${people.preferredFamilyName}, ${people.legalFamilyName}))`,
}

async function findOne(tx: Tx, condition: ReturnType<typeof eq>): Promise<Account | undefined> {
  const [account] = await tx.orm
    .select(fields)
    .from(accounts)
    .innerJoin(people, and(eq(people.schoolId, accounts.schoolId), eq(people.id, accounts.personId)))
    .where(and(eq(accounts.schoolId, tx.schoolId), condition))
  return account
}

const signIn = (schoolId: string) => systemActor(schoolId, 'sign-in')

/** What is typed at sign-in has no case, and spaces around it mean nothing. */
export const normalLogin = (text: string) => text.trim().toLowerCase()

export const findAccount = (db: Database, schoolId: string, id: string): Promise<Account | undefined> =>
  readInSchool(db, signIn(schoolId), (tx) => findOne(tx, eq(accounts.id, id)))

export const findByLogin = (db: Database, schoolId: string, login: string): Promise<Account | undefined> =>
  readInSchool(db, signIn(schoolId), (tx) => findOne(tx, eq(accounts.login, normalLogin(login))))

/** Opens an account that nobody can use until its invitation is accepted. */
export async function createAccount(
  tx: Tx,
  { personId, kind, login }: Pick<Account, 'personId' | 'kind' | 'login'>,
): Promise<string> {
  const id = newId()
  const at = tx.clock.now().toISOString()
  await tx.orm.insert(accounts).values({
    schoolId: tx.schoolId,
    id,
    updatedAt: at,
    personId,
    kind,
    login: normalLogin(login),
    status: 'invited',
    createdAt: at,
  })
  return id
}

/** Ends an account's access within a second, or gives it back. */
export async function setStatus(tx: Tx, id: string, status: 'active' | 'suspended'): Promise<void> {
  await tx.orm
    .update(accounts)
    .set({ status, version: sql`${accounts.version} + 1`, updatedAt: tx.clock.now().toISOString() })
    .where(and(eq(accounts.schoolId, tx.schoolId), eq(accounts.id, id)))
  await announceAccess(tx)
}

export async function noteSignIn(
  db: Database,
  { schoolId, id }: Pick<Account, 'schoolId' | 'id'>,
): Promise<void> {
  await writeInSchool(db, signIn(schoolId), (tx) =>
    tx.orm
      .update(accounts)
      .set({ lastSignedInAt: tx.clock.now().toISOString() })
      .where(and(eq(accounts.schoolId, schoolId), eq(accounts.id, id))),
  )
}

/** An account in the transaction that has just used its invitation; throws 404 when it is gone. */
export async function accountInUse(tx: Tx, id: string, passwordHash: string): Promise<Account> {
  await tx.orm
    .update(accounts)
    .set({
      passwordHash,
      status: sql`case when ${accounts.status} = 'invited' then 'active' else ${accounts.status} end`,
      version: sql`${accounts.version} + 1`,
      updatedAt: tx.clock.now().toISOString(),
    })
    .where(and(eq(accounts.schoolId, tx.schoolId), eq(accounts.id, id)))
  await announceAccess(tx)
  const account = await findOne(tx, eq(accounts.id, id))
  if (!account) throw problem('not-found')
  return account
}

/** The account to which an unused invitation leads. */
export const findInvited = (tx: Tx, tokenHash: Buffer): Promise<Account | undefined> =>
  findOne(
    tx,
    sql`exists (select from ${invitations} where ${invitations.schoolId} = ${accounts.schoolId} and ${invitations.accountId} = ${accounts.id}
      and ${invitations.tokenHash} = ${tokenHash} and ${invitations.usedAt} is null and ${invitations.expiresAt} > ${tx.clock.now().toISOString()}::timestamptz)`,
  )
