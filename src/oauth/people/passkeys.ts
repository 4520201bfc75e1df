import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { and, eq, lte, or, sql } from 'drizzle-orm'
import {
  type Database,
  readInSchool,
  systemActor,
  type Tx,
  writeInSchool,
} from '../../foundation/db/transaction.ts'
import type { Account } from './accounts.ts'
import { passkeys } from './table.ts'

/** The relying party: passkeys belong to the host of PUBLIC_URL and work nowhere else (WebAuthn 3, 5.1.2). */
const placeOf = (publicUrl: string) => ({
  rpID: new URL(publicUrl).hostname,
  origin: new URL(publicUrl).origin,
})
const mostPasskeys = 20

type Owner = Pick<Account, 'schoolId' | 'id'>

const signIn = (schoolId: string) => systemActor(schoolId, 'sign-in')
const ofAccount = ({ schoolId, id }: Owner) =>
  and(eq(passkeys.schoolId, schoolId), eq(passkeys.accountId, id))

const keysOf = (db: Database, owner: Owner) =>
  readInSchool(db, signIn(owner.schoolId), (tx) =>
    tx.orm.select().from(passkeys).where(ofAccount(owner)).limit(mostPasskeys),
  )

/** What a browser needs to make a passkey. */
export async function registrationOptions(
  db: Database,
  publicUrl: string,
  account: Pick<Account, 'schoolId' | 'id' | 'login' | 'name'>,
  schoolName: string,
) {
  const known = await keysOf(db, account)
  return generateRegistrationOptions({
    rpName: schoolName,
    rpID: placeOf(publicUrl).rpID,
    userName: account.login,
    userDisplayName: account.name,
    userID: new TextEncoder().encode(account.id),
    attestationType: 'none',
    excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  })
}

/** Keeps a passkey whose owner has shown that it is theirs. */
export async function keepPasskey(
  db: Database,
  publicUrl: string,
  owner: Owner,
  { challenge, response }: { challenge: string; response: unknown },
): Promise<boolean> {
  const { rpID, origin } = placeOf(publicUrl)
  const checked = await verifyRegistrationResponse({
    response: response as Parameters<typeof verifyRegistrationResponse>[0]['response'],
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpID,
    requireUserVerification: true,
  }).catch(() => undefined)
  if (!checked?.verified) return false
  const { credential } = checked.registrationInfo
  await writeInSchool(db, signIn(owner.schoolId), (tx) =>
    tx.orm.insert(passkeys).values({
      schoolId: owner.schoolId,
      credentialId: credential.id,
      accountId: owner.id,
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: credential.transports ?? [],
      name: 'Passkey',
      createdAt: tx.clock.now().toISOString(),
    }),
  )
  return true
}

/** What a browser needs to use one of the account's passkeys. */
export async function authenticationOptions(db: Database, publicUrl: string, owner: Owner) {
  const known = await keysOf(db, owner)
  return generateAuthenticationOptions({
    rpID: placeOf(publicUrl).rpID,
    userVerification: 'required',
    allowCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
  })
}

/** Checks what a passkey has signed. A counter that does not rise is a copy's (WebAuthn 3, 6.1.1); zero means that there is none. */
export async function checkPasskey(
  db: Database,
  publicUrl: string,
  owner: Owner,
  { challenge, response }: { challenge: string; response: unknown },
): Promise<boolean> {
  const { rpID, origin } = placeOf(publicUrl)
  const given = response as Parameters<typeof verifyAuthenticationResponse>[0]['response']
  const key = (await keysOf(db, owner)).find(({ credentialId }) => credentialId === given?.id)
  if (!key) return false
  const checked = await verifyAuthenticationResponse({
    response: given,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpID,
    requireUserVerification: true,
    credential: { id: key.credentialId, publicKey: new Uint8Array(key.publicKey), counter: key.counter },
  }).catch(() => undefined)
  if (!checked?.verified) return false
  const { newCounter } = checked.authenticationInfo
  return writeInSchool(db, signIn(owner.schoolId), (tx) => raise(tx, owner, key.credentialId, newCounter))
}

/** Atomic: of two uses at once with one count, one wins. */
async function raise(tx: Tx, owner: Owner, credentialId: string, counter: number): Promise<boolean> {
  const rises = or(
    lte(passkeys.counter, counter - 1),
    and(eq(passkeys.counter, 0), eq(sql`${counter}::bigint`, 0)),
  )
  const rows = await tx.orm
    .update(passkeys)
    .set({ counter, lastUsedAt: tx.clock.now().toISOString() })
    .where(and(ofAccount(owner), eq(passkeys.credentialId, credentialId), rises))
    .returning({ id: passkeys.credentialId })
  return rows.length === 1
}
