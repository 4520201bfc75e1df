import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { addDays, eachDay, weekday } from '../../src/foundation/time/days.ts'

/** Codes that a storm writes, one for all marks of a register, so that half a register would show. */
const codes = ['I', 'M', 'R', 'C', 'E'] as const

export interface StormSchool {
  forms: { id: string; pupils: string[] }[]
  days: string[]
  firstDay: string
}

/** Calls the API with the client's own token; the address changes with each restart. */
export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<{ status: number; text: string; etag: string }>

/** A school of eight forms with past school days enough for a storm. */
export async function makeStormSchool(call: Call, today: string): Promise<StormSchool> {
  const post = async (path: string, body: object) => {
    const { status, text } = await call('POST', path, body)
    if (status >= 300) throw new Error(`${path}: ${status} ${text}`)
    return JSON.parse(text)
  }
  const firstDay = addDays(today, -120)
  const year = await post('/academic-years', {
    name: 'Storm',
    startsOn: firstDay,
    endsOn: addDays(today, 60),
    cycleStartsOn: firstDay,
  })
  await post('/terms', {
    academicYearId: year.id,
    name: 'Storm',
    startsOn: firstDay,
    endsOn: addDays(today, 60),
  })
  const forms: StormSchool['forms'] = []
  for (let at = 0; at < 8; at++) {
    const { id } = await post('/groups', {
      kind: 'registration',
      code: `F${at}`,
      name: `F${at}`,
      yearGroup: 7,
    })
    const { ids } = await post('/pupils/batch', {
      items: Array.from({ length: 12 }, (_, nth) => ({
        admissionNumber: `${at}-${nth}`,
        legalGivenName: `Given${nth}`,
        legalFamilyName: `Family${at}`,
        yearGroup: 7,
        enrolledOn: firstDay,
      })),
    })
    await post('/memberships/batch', {
      items: ids.map((pupilId: string) => ({ groupId: id, pupilId, role: 'pupil', validFrom: firstDay })),
    })
    forms.push({ id, pupils: ids })
  }
  const days = eachDay(firstDay, today).filter((date) => weekday(date) <= 5)
  return { forms, days, firstDay }
}

/** What a writer has been promised, and what it does not know. */
export interface Promised {
  /** `date session` -> the code of the last acknowledged register. */
  acknowledged: Map<string, string>
  /** Sent and not answered: either wholly there or not at all. */
  pending: { key: string; code: string } | undefined
}

/** One form's writer: takes and changes registers one after the other until it is stopped or the server goes. */
export class Writer {
  readonly form: StormSchool['forms'][number]
  readonly promised: Promised = { acknowledged: new Map(), pending: undefined }
  #turn = 0
  readonly #days: readonly string[]

  constructor(form: StormSchool['forms'][number], days: readonly string[]) {
    this.form = form
    this.#days = days
  }

  async run(call: Call, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const [date, session] = this.#occasion()
      const code = codes[this.#turn % codes.length] as string
      this.promised.pending = { key: `${date} ${session}`, code }
      if (!(await this.#write(call, date, session, code))) return
      this.promised.acknowledged.set(`${date} ${session}`, code)
      this.promised.pending = undefined
      this.#turn += 1
    }
  }

  #occasion(): [string, string] {
    const place = this.#turn % (this.#days.length * 2)
    return [this.#days[place >> 1] as string, place % 2 === 0 ? 'AM' : 'PM']
  }

  /** Whether the server acknowledged it. */
  async #write(call: Call, date: string, session: string, code: string): Promise<boolean> {
    try {
      const opened = await call(
        'POST',
        '/registers',
        { groupId: this.form.id, date, session },
        { 'idempotency-key': `${this.form.id} ${date} ${session}`.replaceAll(' ', '.') },
      )
      if (opened.status >= 500) return false
      const marks = this.form.pupils.map((pupilId) => ({ pupilId, code }))
      const { id } = JSON.parse(opened.text)
      const taken = await call(
        'PUT',
        `/registers/${id}/marks`,
        { marks, reason: 'Storm.' },
        { 'if-match': '*', 'idempotency-key': randomUUID() },
      )
      if (taken.status >= 500) return false
      if (taken.status !== 200) throw new Error(`refused: ${taken.text}`)
      return true
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('refused')) throw error
      return false
    }
  }
}

export interface Verdict {
  acknowledged: number
  lost: number
  half: number
  double: number
  /** Pupils whose counters differ from their marks. */
  miscounted: number
}

/** Reads everything back and holds it against what was promised. What is pending counts from here on as it turned out. */
export async function verify(call: Call, school: StormSchool, writers: readonly Writer[]): Promise<Verdict> {
  const verdict: Verdict = { acknowledged: 0, lost: 0, half: 0, double: 0, miscounted: 0 }
  const get = async (path: string) => {
    // Right after a crash the server may still ask for patience (503).
    for (let tries = 0; tries < 100; tries++) {
      const { status, text } = await call('GET', path)
      if (status === 200) return JSON.parse(text)
      await wait(100)
    }
    throw new Error(`GET ${path} is not answered.`)
  }
  const totals = new Map(
    (await get('/attendance-summaries?limit=1000')).data.map(
      (row: { pupilId: string; authorised: number }): [string, number] => [row.pupilId, row.authorised],
    ),
  )
  const until = addDays(school.days.at(-1) as string, 1)
  for (const { form, promised } of writers) {
    const found = new Map<string, Set<string>>()
    for (const pupilId of form.pupils) {
      const { data } = await get(`/marks?pupilId=${pupilId}&from=${school.firstDay}&until=${until}`)
      for (const { date, session, code } of data) {
        const key = `${date} ${session}`
        found.set(key, (found.get(key) ?? new Set()).add(code))
      }
      if ((totals.get(pupilId) ?? 0) !== data.length) verdict.miscounted += 1
      for (const [key] of promised.acknowledged)
        if (!data.some((mark: { date: string; session: string }) => `${mark.date} ${mark.session}` === key))
          found.set(key, (found.get(key) ?? new Set()).add('missing'))
    }
    judge(verdict, promised, found)
    verdict.double += await doubles(get, form.id)
  }
  return verdict
}

function judge(
  verdict: Verdict,
  { acknowledged, pending }: Promised,
  found: ReadonlyMap<string, Set<string>>,
): void {
  for (const [, stored] of found) if (stored.size > 1) verdict.half += 1
  for (const [key, code] of acknowledged) {
    verdict.acknowledged += 1
    const stored = [...(found.get(key) ?? ['missing'])][0]
    const mayBe = pending?.key === key ? [code, pending.code] : [code]
    if (!mayBe.includes(stored as string)) verdict.lost += 1
    else acknowledged.set(key, stored as string)
  }
}

async function doubles(
  get: (path: string) => Promise<{ data: { date: string; session: string }[]; next: string | null }>,
  groupId: string,
): Promise<number> {
  const { data } = await get(`/registers?groupId=${groupId}&limit=1000`)
  return data.length - new Set(data.map(({ date, session }) => `${date} ${session}`)).size
}
