import type { SQL } from 'drizzle-orm'
import type { Tx } from '../../../../foundation/db/transaction.ts'

/** Codes must differ where they are used: the second of a kind gets a number. */
export class Codes {
  readonly #taken: Set<string>

  private constructor(taken: Set<string>) {
    this.#taken = taken
  }

  /** `stored` gives `id` and `key`, which is where a code is used and the code; records of `own` are about to get theirs anew. */
  static async read(tx: Tx, stored: SQL, own: readonly string[]): Promise<Codes> {
    const rows = await tx.sql<{ id: string; key: string }>(stored)
    const renamed = new Set(own)
    return new Codes(new Set(rows.filter(({ id }) => !renamed.has(id)).map(({ key }) => key)))
  }

  /** The code, with a number behind it where another has it already. */
  take(within: string, code: string): string {
    const key = (text: string) => [within, text].filter(Boolean).join(' ')
    let free = code
    for (let at = 2; this.#taken.has(key(free)); at++) free = `${code}-${at}`
    this.#taken.add(key(free))
    return free
  }
}
