import type { Tx } from '../../../foundation/db/transaction.ts'
import { readReached } from '../queries.ts'

/** The marks of a lesson, apart by whether the transaction reaches the pupil: no policy can look into the register's row. */
export interface Divided {
  seen: ReadonlyMap<string, string>
  hidden: ReadonlyMap<string, string>
}

export async function divide(tx: Tx, marks: ReadonlyMap<string, string>): Promise<Divided> {
  if (tx.reach === 'everyone' || marks.size === 0) return { seen: marks, hidden: new Map() }
  const rows = await tx.rows(readReached, { pupils: [...marks.keys()] })
  const reached = new Set(rows.map(([id]) => id))
  const part = (isSeen: boolean) => new Map([...marks].filter(([id]) => reached.has(id) === isSeen))
  return { seen: part(true), hidden: part(false) }
}
