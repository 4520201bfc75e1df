import type { Static } from '@sinclair/typebox'
import type { Tx } from '../../../foundation/db/transaction.ts'
import { type Fault, problem, refuse } from '../../../foundation/http/problems.ts'
import { today } from '../../../foundation/time/clock.ts'
import { findCode } from '../codes.ts'
import { type NewEntry, recordAct } from '../history/acts.ts'
import { blank, packCode, unpackCode } from '../packing.ts'
import { writeRegister } from '../queries.ts'
import { faultOfLateness, faultsOfMarks } from './checks.ts'
import { conflictsOf } from './conflicts.ts'
import { deriveSessionMarks } from './derive.ts'
import type { MarkChanges, NewMarks } from './mark-schema.ts'
import { type Replaced, storeSessionMarks } from './session-marks.ts'
import { currentMarkOf, lockStanding, type Standing, sessionMarkOf } from './standing.ts'
import { type Wanted, wantedFrom } from './wanted.ts'
import { divide } from './within-reach.ts'

/** What is said about a write beside its marks. */
type Said = Pick<Static<typeof NewMarks>, 'reason' | 'deviceTime' | 'decidedBy'>

export interface Written {
  version: number
  marks: readonly Wanted[]
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
  { marks, ...said }: Static<typeof NewMarks>,
  required: ReadonlySet<number> | 'any',
): Promise<Written> {
  const standing = await lockStanding(
    tx,
    id,
    marks.map(({ pupilId }) => pupilId),
  )
  requireReach(tx, standing)
  const { wanted, faults } = wantedFrom(standing, marks)
  if (required !== 'any' && !required.has(standing.register.version))
    throw problem('version-changed', {
      conflicts: await conflictsOf(tx, standing, differing(standing, wanted)),
    })
  const missing: Fault[] = []
  const whole = [...wanted, ...left(standing, wanted, missing)]
  return write(tx, standing, whole, said, { faults, missing, isWhole: true })
}

/**
 * Changes single marks. `was` says what the caller believes to stand: marks that were written meanwhile are answered with
 * both values, and nothing is written. Without `was` the version of the register decides.
 */
export async function changeMarks(
  tx: Tx,
  id: string,
  { marks, ...said }: Static<typeof MarkChanges>,
  required: ReadonlySet<number> | 'any' | undefined,
): Promise<Written> {
  const standing = await lockStanding(
    tx,
    id,
    marks.map(({ pupilId }) => pupilId),
  )
  requireReach(tx, standing)
  if (required === undefined && marks.some(({ was }) => was === undefined)) throw problem('version-required')
  const { wanted, faults } = wantedFrom(standing, keepingDetails(standing, marks))
  const believed = new Map(
    marks.flatMap(({ pupilId, was }) => (was === undefined ? [] : [[pupilId, packed(was)]])),
  )
  const overtaken = differing(standing, wanted).filter(
    ({ pupilId }) => believed.has(pupilId) && believed.get(pupilId) !== currentMarkOf(standing, pupilId),
  )
  if (overtaken.length > 0)
    throw problem('marks-differ', { conflicts: await conflictsOf(tx, standing, overtaken) })
  if (required !== undefined && required !== 'any' && !required.has(standing.register.version))
    throw problem('version-changed', {
      conflicts: await conflictsOf(tx, standing, differing(standing, wanted)),
    })
  const isSent = new Set(wanted.map(({ pupilId }) => pupilId))
  const isWhole = [...standing.expected.keys()].every(
    (pupilId) => isSent.has(pupilId) || currentMarkOf(standing, pupilId) !== blank,
  )
  return write(tx, standing, wanted, said, { faults, missing: [], isWhole })
}

/** What is no code differs from every mark. */
const packed = (code: string | null): string => (code === null || findCode(code) ? packCode(code) : '')

/** Marks that are to be different from those that stand. */
const differing = (standing: Standing, wanted: readonly Wanted[]) =>
  wanted.filter(({ pupilId, code }) => packed(code) !== currentMarkOf(standing, pupilId))

/** What a change of single marks leaves out stays as it is; minutes go with the code that they belong to. */
function keepingDetails(standing: Standing, marks: Static<typeof MarkChanges>['marks']) {
  return marks.map(({ was: _, ...mark }) => {
    const last = standing.details.get(mark.pupilId)
    const isSame = mark.code !== undefined && packed(mark.code) === currentMarkOf(standing, mark.pupilId)
    return {
      ...mark,
      comment: mark.comment === undefined ? (last?.comment ?? null) : mark.comment,
      ...(isSame && mark.minutesLate === undefined && { minutesLate: last?.minutesLate ?? null }),
    }
  })
}

/** Nobody takes the register of a group in which they reach no pupil. */
function requireReach(tx: Tx, { expected }: Standing): void {
  if (tx.reach !== 'everyone' && expected.size === 0) throw problem('not-found')
}

/** Pupils who were not sent keep the mark that stands, such as a planned absence; who has none must be sent. */
function left(standing: Standing, wanted: readonly Wanted[], missing: Fault[]): Wanted[] {
  const sent = new Set(wanted.map(({ pupilId }) => pupilId))
  return [...standing.expected.keys()]
    .filter((pupilId) => !sent.has(pupilId))
    .flatMap((pupilId) => {
      const code = unpackCode(standingMark(standing, pupilId))
      if (code === null) missing.push({ path: '/marks', message: `The pupil ${pupilId} has no mark.` })
      const last = standing.details.get(pupilId)
      const details = { minutesLate: last?.minutesLate ?? null, comment: last?.comment ?? null }
      return code === null ? [] : [{ pupilId, code, ...details, path: '/marks' }]
    })
}

/** The mark that stands; a pupil who is away in the session is away in its lessons. */
function standingMark(standing: Standing, pupilId: string): string {
  const current = currentMarkOf(standing, pupilId)
  if (current !== blank || standing.register.kind === 'session') return current
  const inSession = sessionMarkOf(standing, pupilId)
  return findCode(unpackCode(inSession) ?? '')?.whereabouts === 'off-site' ? inSession : blank
}

async function write(
  tx: Tx,
  standing: Standing,
  wanted: readonly Wanted[],
  said: Said,
  { faults, missing, isWhole }: { faults: Fault[]; missing: Fault[]; isWhole: boolean },
): Promise<Written> {
  const { register, expected } = standing
  const changed = differing(standing, wanted)
  const proposed = changed.map((mark) => ({
    ...mark,
    date: register.date,
    session: register.session,
    closure: register.closure,
    isProspective: expected.get(mark.pupilId) ?? false,
  }))
  const ofCodes = await faultsOfMarks(tx, proposed)
  refuse([...faults, ...ofCodes, ...wanted.flatMap(latenessFault), ...missing])
  refuseSilentDecider(tx, said)
  requireReason(tx, standing, changed, said.reason)
  const replaced =
    register.kind === 'session'
      ? await storeSessionMarks(tx, register, changed, standing.years)
      : changed.map(({ pupilId, code }) => ({
          pupilId,
          was: currentMarkOf(standing, pupilId),
          becomes: packCode(code),
        }))
  await store(tx, standing, wanted, said, isWhole)
  if (register.kind === 'lesson') await deriveSessionMarks(tx, standing, replaced, wanted, said)
  return { version: register.version + 1, marks: wanted, replaced }
}

const latenessFault = ({ code, minutesLate, path }: Wanted) => faultOfLateness(code, minutesLate, path)

/** Who has signed in decides under their own name. */
function refuseSilentDecider(tx: Tx, { decidedBy }: Said): void {
  if (decidedBy && tx.personId !== undefined)
    refuse([{ path: '/decidedBy', message: 'Leave it out: the person who has signed in decides.' }])
}

/** Correcting a register on its own day is part of taking it; later the original needs a reason beside it (regulation 6). */
function requireReason(
  tx: Tx,
  standing: Standing,
  changed: readonly Wanted[],
  reason: string | undefined,
): void {
  const replacesRecorded = changed.some(({ pupilId }) => currentMarkOf(standing, pupilId) !== blank)
  if (!replacesRecorded || reason !== undefined || standing.register.date >= today(tx.clock)) return
  const message = 'Recorded marks of an earlier day change: say why (SI 2024/208, regulation 6).'
  refuse([{ path: '/reason', message }])
}

async function store(
  tx: Tx,
  standing: Standing,
  wanted: readonly Wanted[],
  { reason, deviceTime, decidedBy }: Said,
  isWhole: boolean,
): Promise<void> {
  const { register } = standing
  const isFirst = register.takenAt === null && isWhole
  const lessonMarks = register.kind === 'lesson' ? await lessonMarksAfter(tx, standing, wanted) : undefined
  await Promise.all([
    tx.rows(writeRegister, {
      id: register.id,
      at: tx.clock.now().toISOString(),
      actor: tx.actor,
      isTaken: isWhole,
      lessonPupils: lessonMarks ? [...lessonMarks.keys()] : null,
      lessonMarks: lessonMarks ? [...lessonMarks.values()].join('') : null,
    }),
    recordAct(
      tx,
      {
        kind: isFirst ? 'taken' : 'amended',
        registerId: register.id,
        reason,
        deviceAt: deviceTime,
        decidedBy,
      },
      entriesOf(standing, wanted, isFirst),
    ),
  ])
}

/** The lesson's marks with those of pupils whom the caller does not reach. */
async function lessonMarksAfter(tx: Tx, { register }: Standing, wanted: readonly Wanted[]) {
  const { seen, hidden } = await divide(tx, register.lessonMarks)
  const written = wanted.map(({ pupilId, code }) => [pupilId, packCode(code)] as const)
  return new Map([...hidden, ...seen, ...written])
}

/** An entry for every mark or detail that is different, except the first plain marks of a register. */
function entriesOf(standing: Standing, wanted: readonly Wanted[], isFirst: boolean): NewEntry[] {
  const { date, session, kind, id } = standing.register
  return wanted.flatMap(({ pupilId, code, minutesLate, comment }) => {
    const was = currentMarkOf(standing, pupilId)
    const becomes = packCode(code)
    const last = standing.details.get(pupilId)
    const isPlain = minutesLate === (last?.minutesLate ?? null) && comment === (last?.comment ?? null)
    if (isPlain && (was === becomes || (isFirst && was === blank))) return []
    const lessonRegisterId = kind === 'lesson' ? id : null
    return [{ pupilId, date, session, lessonRegisterId, was, becomes, minutesLate, comment }]
  })
}
