import type { Tx } from '../../../foundation/db/transaction.ts'
import type { Conflict } from '../../../foundation/http/problems.ts'
import { readMarks } from './marks.ts'
import type { Standing } from './standing.ts'
import type { Wanted } from './wanted.ts'

/** Both values of each mark that was written meanwhile: nobody loses theirs unseen. */
export async function conflictsOf(
  tx: Tx,
  standing: Standing,
  wanted: readonly Wanted[],
): Promise<Conflict[]> {
  const { marks } = await readMarks(tx, standing.register.id, undefined)
  const stored = new Map(marks.map((mark) => [mark.pupilId, mark]))
  return wanted.map(({ pupilId, code, path }) => {
    const mark = stored.get(pupilId)
    return {
      path: `${path}/code`,
      recordId: pupilId,
      stored: mark?.code ?? null,
      storedAt: mark?.recordedAt ?? null,
      storedBy: mark?.recordedBy?.name ?? mark?.recordedBy?.app ?? null,
      sent: code,
    }
  })
}
