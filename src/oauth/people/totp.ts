import { sql } from 'drizzle-orm'
import { Secret, TOTP } from 'otpauth'
import type { Sealer } from '../../foundation/access/seal.ts'
import { type Database, readInSchool, systemActor, writeInSchool } from '../../foundation/db/transaction.ts'

/** RFC 6238 as every authenticator app speaks it: SHA-1, six digits, 30 seconds. */
const settings = { algorithm: 'SHA1', digits: 6, period: 30 }
/** Steps by which a clock may differ. */
const window = 1

const totpOf = (secret: string, label = '', issuer = '') =>
  new TOTP({ ...settings, label, issuer, secret: Secret.fromBase32(secret) })

/** A new secret, and the address that an authenticator app reads from a QR code. */
export function newTotp(
  label: string,
  issuer: string,
  secret: string = new Secret({ size: 20 }).base32,
): { secret: string; uri: string } {
  return { secret, uri: totpOf(secret, label, issuer).toString() }
}

/** The step for which a code is right, if it is for one that is near. */
export function stepOf(secret: string, code: string, now: Date): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const timestamp = now.getTime()
  const delta = totpOf(secret).validate({ token: code, timestamp, window })
  return delta === null ? undefined : Math.floor(timestamp / 1000 / settings.period) + delta
}

interface Owner {
  schoolId: string
  id: string
}

/** Checks a code; each step is good once, also for twenty tries at once. */
export async function checkTotp(
  db: Database,
  sealer: Sealer,
  { schoolId, id }: Owner,
  code: string,
): Promise<boolean> {
  const actor = systemActor(schoolId, 'sign-in')
  const [row] = await readInSchool(db, actor, (tx) =>
    tx.sql<{ sealed: string | null }>(
      sql`select totp_secret as sealed from accounts where school_id = ${schoolId} and id = ${id}`,
    ),
  )
  const step = row?.sealed ? stepOf(sealer.open(row.sealed), code, db.clock.now()) : undefined
  if (step === undefined) return false
  const used = await writeInSchool(db, actor, (tx) =>
    tx.sql(
      sql`update accounts set totp_last_step = ${step} where school_id = ${schoolId} and id = ${id}
          and (totp_last_step is null or totp_last_step < ${step}) returning id`,
    ),
  )
  return used.length === 1
}

/** Takes a secret into use once its owner has shown a code of it. */
export async function keepTotp(
  db: Database,
  sealer: Sealer,
  { schoolId, id }: Owner,
  { secret, code }: { secret: string; code: string },
): Promise<boolean> {
  const step = stepOf(secret, code, db.clock.now())
  if (step === undefined) return false
  await writeInSchool(db, systemActor(schoolId, 'sign-in'), (tx) =>
    tx.sql(
      sql`update accounts set totp_secret = ${sealer.seal(secret)}, totp_last_step = ${step}
          where school_id = ${schoolId} and id = ${id}`,
    ),
  )
  return true
}
