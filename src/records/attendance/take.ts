import type { Static } from '@sinclair/typebox'
import type { Tx } from '../../foundation/db/transaction.ts'
import { requireMatch } from '../../foundation/http/etag.ts'
import { type Fault, problem, refuse } from '../../foundation/http/problems.ts'
import { today } from '../../foundation/time/clock.ts'
import { faultOfMark, findCode } from './codes.ts'
import { blank, packCode } from './packing.ts'
import {
  clearDetails,
  lockRegister,
  lockYears,
  readExpected,
  writeAmendments,
  writeDetails,
  writeRegister,
} from './queries.ts'
import { type RegisterState, registerFrom } from './register-state.ts'
import type { NewMark, NewMarks } from './schema.ts'
import { storeSessionMarks, yearRowsFrom } from './session-marks.ts'
import { divide } from './within-reach.ts'

type Marks = Static<typeof NewMarks>
type Mark = Static<typeof NewMark>

/** A mark that replaces another, in packed characters. */
export interface Replaced {
  pupilId: string
  was: string
  becomes: string
}

export interface Taken {
  version: number
  marks: readonly Mark[]
  /** Marks that are different now. */
  replaced: readonly Replaced[]
}

/**
 * Writes a whole register, all or nothing. What it needs is read in one flush behind the register's lock, what it
 * writes goes in another: three round trips with the commit, whatever the number of marks.
 */
export async function takeRegister(
  tx: Tx,
  id: string,
  { marks, reason }: Marks,
  required: ReadonlySet<number> | 'any',
): Promise<Taken> {
  const pupils = marks.map(({ pupilId }) => pupilId)
  const [locked, expected, years] = await Promise.all([
    tx.rows(lockRegister, { id }),
    tx.rows(readExpected, { id }),
    tx.rows(lockYears, { id, pupils }),
  ])
  const register = registerFrom(locked)
  // Nobody takes the register of a group in which they reach no pupil.
  if (tx.reach !== 'everyone' && expected.length === 0) throw problem('not-found')
  requireMatch(required, register.version)
  refuse(faultsOf(register, marks, new Set(expected.map((row) => row[0] as string))))
  const replaced =
    register.kind === 'session'
      ? await storeSessionMarks(tx, id, register, marks, yearRowsFrom(years))
      : replacedInLesson(register, marks)
  const amendments = replaced.filter(({ was }) => register.takenAt !== null || was !== blank)
  requireReason(tx, register, amendments, reason)
  await storeRegister(tx, id, register, marks, amendments, reason)
  return { version: register.version + 1, marks, replaced }
}

/** Every fault of every row: who is missing, who does not belong, which code may not stand there. */
function faultsOf(register: RegisterState, marks: readonly Mark[], expected: ReadonlySet<string>): Fault[] {
  const { date, session } = register
  const sent = new Set<string>()
  const faults: Fault[] = []
  for (const [at, mark] of marks.entries()) {
    const fault = (name: string, message: string) => faults.push({ path: `/marks/${at}/${name}`, message })
    if (sent.has(mark.pupilId)) fault('pupilId', 'This pupil is marked twice.')
    else if (!expected.has(mark.pupilId)) fault('pupilId', `The pupil was not in the group on ${date}.`)
    sent.add(mark.pupilId)
    const broken = faultOfMark({ code: mark.code, date, session })
    if (broken) fault('code', `${broken.sentence} (${broken.source})`)
    else if (mark.minutesLate && !findCode(mark.code)?.isLate)
      fault('minutesLate', 'Minutes late go with the codes L and U.')
  }
  for (const pupilId of expected)
    if (!sent.has(pupilId)) faults.push({ path: '/marks', message: `The pupil ${pupilId} has no mark.` })
  return faults
}

function replacedInLesson(register: RegisterState, marks: readonly Mark[]): Replaced[] {
  return marks
    .map(({ pupilId, code }) => ({
      pupilId,
      was: register.lessonMarks.get(pupilId) ?? blank,
      becomes: packCode(code),
    }))
    .filter(({ was, becomes }) => was !== becomes)
}

/** Correcting a register on its own day is part of taking it; later the original needs a reason beside it (regulation 6). */
function requireReason(
  tx: Tx,
  { date }: RegisterState,
  amendments: readonly Replaced[],
  reason: string | undefined,
) {
  const changesRecorded = amendments.some(({ was }) => was !== blank)
  if (!changesRecorded || reason !== undefined || date >= today(tx.clock)) return
  throw problem('rule-broken', {
    errors: [
      {
        path: '/reason',
        message: 'Recorded marks of an earlier day change: say why (SI 2024/208, regulation 6).',
      },
    ],
  })
}

async function storeRegister(
  tx: Tx,
  id: string,
  register: RegisterState,
  marks: readonly Mark[],
  amendments: readonly Replaced[],
  reason: string | undefined,
): Promise<void> {
  const at = tx.clock.now().toISOString()
  const isLesson = register.kind === 'lesson'
  const details = marks.filter(({ minutesLate, comment }) => minutesLate != null || comment != null)
  const { hidden } = await divide(tx, register.lessonMarks)
  const lessonMarks = new Map([
    ...hidden,
    ...marks.map(({ pupilId, code }) => [pupilId, packCode(code)] as const),
  ])
  await Promise.all([
    tx.rows(writeRegister, {
      id,
      at,
      actor: tx.actor,
      lessonPupils: isLesson ? [...lessonMarks.keys()] : null,
      lessonMarks: isLesson ? [...lessonMarks.values()].join('') : null,
    }),
    ...(register.takenAt === null ? [] : [tx.rows(clearDetails, { id })]),
    ...(details.length === 0 ? [] : [tx.rows(writeDetails, detailValues(id, details))]),
    ...(amendments.length === 0
      ? []
      : [
          tx.rows(writeAmendments, {
            id,
            at,
            actor: tx.actor,
            version: register.version + 1,
            date: register.date,
            session: register.session,
            reason: reason ?? null,
            pupils: amendments.map(({ pupilId }) => pupilId),
            was: amendments.map(({ was }) => was),
            becomes: amendments.map(({ becomes }) => becomes),
          }),
        ]),
  ])
}

const detailValues = (id: string, details: readonly Mark[]) => ({
  id,
  pupils: details.map(({ pupilId }) => pupilId),
  minutes: details.map(({ minutesLate }) => minutesLate ?? null),
  comments: details.map(({ comment }) => comment ?? null),
})
