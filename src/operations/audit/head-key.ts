import { CompactSign, compactVerify, errors, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { Pool } from 'pg'
import type { Head } from './chain.ts'

/** Signs the heads of audit chains, and opens what it has signed. */
export interface HeadKey {
  sign(head: Head): Promise<string>
  open(signature: string): Promise<Head | undefined>
  publicJwk: JWK
}

const name = 'audit key'

/** The installation's own key for this purpose: unlike those of tokens it never ends, since heads are checked years later. */
export async function openHeadKey(pool: Pool): Promise<HeadKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  await pool.query('insert into installation (name, value) values ($1, $2) on conflict do nothing', [
    name,
    JSON.stringify(await exportJWK(privateKey)),
  ])
  const { rows } = await pool.query<{ value: string }>('select value from installation where name = $1', [
    name,
  ])
  const { d, ...publicJwk } = JSON.parse(rows[0]?.value as string) as JWK
  const own = await importJWK({ ...publicJwk, d } as JWK, 'EdDSA')
  const others = await importJWK(publicJwk, 'EdDSA')
  return {
    publicJwk,
    sign: (head) =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(head)))
        .setProtectedHeader({ alg: 'EdDSA', typ: 'audit-head+jws' })
        .sign(own),
    open: (signature) =>
      compactVerify(signature, others, { algorithms: ['EdDSA'] }).then(
        ({ payload }) => JSON.parse(new TextDecoder().decode(payload)) as Head,
        (error: unknown) => {
          if (error instanceof errors.JOSEError) return undefined
          throw error
        },
      ),
  }
}
