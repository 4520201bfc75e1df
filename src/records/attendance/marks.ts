import type { TextRow, Tx } from '../../foundation/db/transaction.ts'
import { historyOf } from './history.ts'
import { blank, positionOf, unpackCode } from './packing.ts'
import { readAmendments, readDetails, readExpected, readRegister, readYears } from './queries.ts'
import { type RegisterState, registerFrom } from './register-state.ts'
import { divide } from './within-reach.ts'

export interface SpokenMark {
  pupilId: string
  code: string | null
  minutesLate: number | null
  comment: string | null
}

/** What a register says, for every pupil who is expected or marked; at an earlier instant when `at` is given. */
export async function readMarks(
  tx: Tx,
  id: string,
  at: string | undefined,
): Promise<{ register: RegisterState; marks: SpokenMark[] }> {
  const [found, expected, details] = await Promise.all([
    tx.rows(readRegister, { id }),
    tx.rows(readExpected, { id }),
    tx.rows(readDetails, { id }),
  ])
  const whole = registerFrom(found)
  const register = { ...whole, lessonMarks: (await divide(tx, whole.lessonMarks)).seen }
  const pupils = [
    ...new Set([...expected.map((row) => row[0] as string), ...register.lessonMarks.keys()]),
  ].sort()
  const current =
    register.kind === 'lesson' ? register.lessonMarks : await sessionMarks(tx, id, register, pupils)
  const standing = at === undefined ? current : await standingAt(tx, id, register, current, at)
  const detailOf = new Map(details.map((row) => [row[0], row]))
  return {
    register,
    marks: pupils.map((pupilId) => spoken(pupilId, standing.get(pupilId), detailOf.get(pupilId), at)),
  }
}

function spoken(
  pupilId: string,
  mark = blank,
  detail: TextRow | undefined,
  at: string | undefined,
): SpokenMark {
  // Minutes and comments are not kept as history: they are told with the present marks only.
  const [, minutes = null, comment = null] = at === undefined ? (detail ?? []) : []
  return { pupilId, code: unpackCode(mark), minutesLate: minutes === null ? null : Number(minutes), comment }
}

async function sessionMarks(tx: Tx, id: string, { date, session }: RegisterState, pupils: string[]) {
  const rows = await tx.rows(readYears, { id, pupils })
  return new Map(
    rows.map((row) => {
      const [pupilId, startsOn, marks] = row as [string, string, string]
      return [pupilId, marks.charAt(positionOf(startsOn, date, session))] as const
    }),
  )
}

/** Takes back what was amended after an instant; before the register was taken nothing stands in it. */
async function standingAt(
  tx: Tx,
  id: string,
  { takenAt }: RegisterState,
  current: ReadonlyMap<string, string>,
  at: string,
): Promise<ReadonlyMap<string, string>> {
  if (takenAt === null || Date.parse(takenAt) > Date.parse(at)) return new Map()
  const amendments = await tx.rows(readAmendments, { id, pupils: [...current.keys()] })
  const byPupil = Map.groupBy(amendments, (row) => row[1] as string)
  return new Map(
    [...current].map(([pupilId, mark]) => {
      const own = (byPupil.get(pupilId) ?? []).map((row) => ({
        position: 0,
        was: row[4] as string,
        becomes: row[5] as string,
        at: row[7] as string,
      }))
      return [pupilId, historyOf(mark, own, at)]
    }),
  )
}
