import type { TextRow, Tx } from '../../../foundation/db/transaction.ts'
import {
  type Entry,
  entriesFrom,
  readFirstActs,
  readLessonActs,
  readRegisterEntries,
} from '../history/acts.ts'
import { eventsOf, standingAt } from '../history/events.ts'
import { blank, positionOf, unpackCode } from '../packing.ts'
import { readExpected, readRegister, readYears } from '../queries.ts'
import { type RegisterState, registerFrom } from './register-state.ts'
import { divide } from './within-reach.ts'

/** Who wrote a mark. */
export interface RecordedBy {
  app: string
  name: string | null
  position: string | null
}

export interface SpokenMark {
  pupilId: string
  code: string | null
  minutesLate: number | null
  comment: string | null
  recordedAt: string | null
  recordedBy: RecordedBy | null
  /** What the device's clock said, when the mark was made without a connection. */
  deviceTime: string | null
  /** The act that wrote it. */
  origin: Entry['kind'] | null
}

/** A register with everything that ever happened to its marks, by pupil. */
export interface RegisterHistory {
  register: RegisterState
  events: ReadonlyMap<string, readonly Entry[]>
}

/** The marks of every pupil who is expected or marked, with what became of each. */
export async function readHistory(tx: Tx, id: string): Promise<RegisterHistory> {
  const [found, expected] = await Promise.all([tx.rows(readRegister, { id }), tx.rows(readExpected, { id })])
  const whole = registerFrom(found)
  const register = { ...whole, lessonMarks: (await divide(tx, whole.lessonMarks)).seen }
  const pupils = [
    ...new Set([...expected.map(([pupilId]) => pupilId as string), ...register.lessonMarks.keys()]),
  ].sort()
  const [years, entryRows, actRows] = await Promise.all([
    register.kind === 'session' ? tx.rows(readYears, { id, pupils }) : [],
    tx.rows(readRegisterEntries, { id, pupils }),
    tx.rows(register.kind === 'session' ? readFirstActs : readLessonActs, { id, pupils }),
  ])
  const current = register.kind === 'session' ? sessionMarks(years, register) : register.lessonMarks
  const entries = Map.groupBy(entriesFrom(entryRows), ({ pupilId }) => pupilId)
  const acts = Map.groupBy(entriesFrom(actRows), ({ pupilId }) => pupilId)
  const { date, session } = register
  return {
    register,
    events: new Map(
      pupils.map((pupilId) => [
        pupilId,
        eventsOf(current.get(pupilId) ?? blank, entries.get(pupilId) ?? [], acts.get(pupilId) ?? [], {
          pupilId,
          date,
          session,
        }),
      ]),
    ),
  }
}

/** What a register says, for every pupil who is expected or marked; at an earlier instant when `asOf` is given. */
export async function readMarks(
  tx: Tx,
  id: string,
  asOf: string | undefined,
): Promise<{ register: RegisterState; marks: SpokenMark[] }> {
  const { register, events } = await readHistory(tx, id)
  return {
    register,
    marks: [...events].map(([pupilId, own]) => spokenMark(pupilId, standingAt(own, asOf))),
  }
}

function spokenMark(pupilId: string, event: Entry | undefined): SpokenMark {
  if (!event) return { pupilId, ...unmarked }
  return {
    pupilId,
    code: unpackCode(event.becomes),
    minutesLate: event.minutesLate,
    comment: event.comment,
    recordedAt: instantOf(event.at),
    recordedBy: recordedBy(event),
    deviceTime: event.deviceAt === null ? null : instantOf(event.deviceAt),
    origin: event.kind,
  }
}

const unmarked = {
  code: null,
  minutesLate: null,
  comment: null,
  recordedAt: null,
  recordedBy: null,
  deviceTime: null,
  origin: null,
}

export const instantOf = (text: string): string => new Date(text).toISOString()

/** The app is the part before the account in `app/account`. */
export function recordedBy({
  actor,
  name,
  position,
}: Pick<Entry, 'actor' | 'name' | 'position'>): RecordedBy {
  return { app: actor.split('/')[0] as string, name, position }
}

function sessionMarks(rows: readonly TextRow[], { date, session }: RegisterState): Map<string, string> {
  return new Map(
    rows.map((row) => {
      const [pupilId, startsOn, marks] = row as [string, string, string]
      return [pupilId, marks.charAt(positionOf(startsOn, date, session)) || blank] as const
    }),
  )
}
