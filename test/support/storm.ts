import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type Caller, patienceMs, pauseMs, type Said, untilAnswered } from './caller.ts'
import { type Form, keyOf, type Occasion } from './forms.ts'

/** What each code adds to in a pupil's year. Every mark of one write has one code, so that half a register is seen. */
export const counted: Readonly<Record<string, readonly string[]>> = {
  I: ['authorised'],
  V: ['educational'],
  O: ['unauthorised'],
  L: ['present', 'late'],
  Y4: ['notPossible'],
}
const codes = Object.keys(counted)

/** What a writer was told of a register, and so may rely on. */
export interface Known extends Occasion {
  id: string
  form: Form
  version: number
  /** Of the last write that was acknowledged, or found to be there; null while it is only open. */
  code: string | null
}

export interface Storm {
  /** Registers by form and occasion. */
  book: ReadonlyMap<string, Known>
  /** Writes sent and acknowledged, and what became of those whose outcome was not known at first. */
  figures: { sent: number; acknowledged: number; wereThere: number; wereNotThere: number }
  /** What may not happen to a writer that keeps to the contract. */
  surprises: readonly string[]
  /** A write that is sent after now has been acknowledged. */
  acknowledgement(): Promise<void>
  /** Writers find out what became of their last write, then end. */
  end(): Promise<void>
}

/** One writer for each form sends one register after the other; when all are taken, they are corrected, and so on. */
export function startStorm(caller: Caller, forms: readonly Form[], occasions: readonly Occasion[]): Storm {
  const state: State = {
    caller,
    book: new Map(),
    figures: { sent: 0, acknowledged: 0, wereThere: 0, wereNotThere: 0 },
    surprises: [],
    newest: 0,
  }
  let isOver = false
  const writer = async (form: Form) => {
    for (let at = 0; !isOver; at += 1) {
      const occasion = occasions[at % occasions.length] as Occasion
      // One further with every round, so that a correction has another code.
      await write(state, form, occasion, at + Math.floor(at / occasions.length))
    }
  }
  const writers = Promise.all(forms.map(writer))
  // Somebody waits for it later.
  writers.catch(() => {})
  const { book, figures, surprises } = state
  return {
    book,
    figures,
    surprises,
    acknowledgement: async () => {
      const { sent } = figures
      const deadline = Date.now() + patienceMs
      while (state.newest <= sent) {
        if (Date.now() > deadline) throw new Error(`Nothing was acknowledged for ${patienceMs} ms.`)
        await Promise.race([wait(pauseMs), writers])
      }
    },
    end: async () => {
      isOver = true
      await writers
    },
  }
}

interface State extends Pick<Storm, 'figures'> {
  caller: Caller
  book: Map<string, Known>
  surprises: string[]
  /** The youngest write that was acknowledged, as counted when it was sent. */
  newest: number
}

async function write(state: State, form: Form, occasion: Occasion, turn: number): Promise<void> {
  const register = await open(state, form, occasion)
  if (register) await take(state, register, codes[turn % codes.length] as string)
}

/** The same key with every try: the first answer comes again if there was one. */
async function open(state: State, form: Form, { date, session }: Occasion): Promise<Known | undefined> {
  const { book, figures, caller } = state
  const key = keyOf(form.id, { date, session })
  const known = book.get(key)
  const headers = { 'idempotency-key': randomUUID() }
  const body = { groupId: form.id, date, session }
  let tries = 0
  const answer = await untilAnswered(async () => {
    tries += 1
    const answer = await caller.call('POST', '/registers', { headers, body })
    // The first delivery is still under way.
    return answer?.status === 409 ? undefined : answer
  })
  if (tries > 1) figures[answer.isReplayed ? 'wereThere' : 'wereNotThere'] += 1
  // A register without its stored answer, or an answer without its register, would be half a write.
  if (answer.status !== (known ? 200 : 201) || (known && answer.body.id !== known.id))
    return surprise(state, `${key} was opened with ${answer.status} ${JSON.stringify(answer.body)}`)
  const version = versionOf(answer)
  if (known && known.version !== version)
    return surprise(state, `${key} has version ${version}, not ${known.version}`)
  const register = known ?? { id: answer.body.id, form, date, session, version, code: null }
  book.set(key, register)
  return register
}

/** Writes every mark under the version that was read. Without an answer it looks first, and sends again only what is not there. */
async function take(state: State, register: Known, code: string): Promise<void> {
  const { figures, caller } = state
  const path = `/registers/${register.id}/marks`
  const marks = register.form.pupils.map((pupilId) => ({ pupilId, code }))
  const request = {
    headers: { 'if-match': `"${register.version}-marks"` },
    body: { marks, ...(register.code !== null && { reason: 'Looked at again.' }) },
  }
  const keep = () => Object.assign(register, { code, version: register.version + 1 })
  for (let isFirst = true; ; isFirst = false) {
    figures.sent += 1
    const turn = figures.sent
    const answer = await caller.call('PUT', path, request)
    if (answer?.status === 200) {
      figures.acknowledged += 1
      keep()
      state.newest = Math.max(state.newest, turn)
      return
    }
    // 412 after an unknown outcome: the write came in between the look and the second try.
    if (answer && (isFirst || answer.status !== 412))
      return surprise(state, `${path} was answered ${answer.status} ${JSON.stringify(answer.body)}`)
    const found = await outcomeOf(state, register, code)
    if (found === 'half') return surprise(state, `${path} is neither as before nor as sent`)
    figures[found] += 1
    if (found === 'wereThere') {
      keep()
      return
    }
  }
}

/** A write of unknown outcome is there with its version and all its marks, or the register is as it was. */
async function outcomeOf(state: State, register: Known, code: string) {
  const answer = await state.caller.read(`/registers/${register.id}/marks`)
  if (answer.status !== 200) return 'half'
  const version = versionOf(answer)
  if (version === register.version + 1 && holds(answer, register, code)) return 'wereThere'
  if (version === register.version && holds(answer, register, register.code)) return 'wereNotThere'
  return 'half'
}

/** Whether a register's marks are those of all its pupils, with one code. */
export function holds({ body }: Said, { form }: Known, code: string | null): boolean {
  const marks = body.data as { pupilId: string; code: string | null }[]
  const pupils = marks.map(({ pupilId }) => pupilId).sort()
  return pupils.join() === form.pupils.join() && marks.every((mark) => mark.code === code)
}

export const versionOf = ({ etag }: Said) => Number(/^"(\d+)/.exec(etag)?.[1])

function surprise(state: State, what: string): undefined {
  state.surprises.push(what)
}
