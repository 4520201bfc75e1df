import { createHmac, timingSafeEqual } from 'node:crypto'
import { problem } from '../http/problems.ts'

/** Signs and opens cursors. A cursor belongs to one school, one list, one sort and one filter. */
export interface Cursors {
  seal(scope: string, position: readonly string[]): string
  open(scope: string, cursor: string): string[]
}

/** Bytes of the signature kept in a cursor: 96 bits cannot be guessed and keep the address short. */
const signatureBytes = 12

export function cursors(key: string): Cursors {
  const sign = (scope: string, body: string) =>
    createHmac('sha256', key).update(`${scope}\n${body}`).digest().subarray(0, signatureBytes)
  return {
    seal(scope, position) {
      const body = JSON.stringify(position)
      return Buffer.concat([sign(scope, body), Buffer.from(body)]).toString('base64url')
    },
    open(scope, cursor) {
      const bytes = Buffer.from(cursor, 'base64url')
      const body = bytes.subarray(signatureBytes).toString()
      const given = bytes.subarray(0, signatureBytes)
      const genuine =
        given.length === signatureBytes &&
        bytes.toString('base64url') === cursor &&
        timingSafeEqual(given, sign(scope, body))
      if (!genuine) throw problem('cursor-invalid')
      return JSON.parse(body) as string[]
    },
  }
}
