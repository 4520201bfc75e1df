import { addDays, type Session } from '../../src/foundation/time/days.ts'
import type { Caller, Said } from './caller.ts'
import { type Forms, keyOf, type Occasion, yearSpan } from './forms.ts'
import { counted, holds, type Known, versionOf } from './storm.ts'

/** What is wrong with the registers of a school, each in a few words. */
export interface Findings {
  /** Acknowledged, and not there, or not as it was acknowledged. */
  lost: string[]
  /** Marks of several writes, or not for every pupil, or without a register. */
  half: string[]
  /** More than one register of a form, day and session. */
  doubled: string[]
  /** Never opened by anybody who was told so. */
  unasked: string[]
  /** A pupil's counters are not the marks counted. */
  miscounted: string[]
}

/** Reads every register and every pupil's year, and compares those of the writers' days with what the writers were told. */
export async function readBack(
  caller: Caller,
  { year, forms }: Forms,
  book: ReadonlyMap<string, Known>,
): Promise<Findings> {
  const findings: Findings = { lost: [], half: [], doubled: [], unasked: [], miscounted: [] }
  const dates = new Set([...book.values()].map(({ date }) => date))
  const stored: Stored[] = await everyPage(caller, `/registers?${wholeYear}`)
  const byOccasion = Map.groupBy(stored, ({ groupId, ...when }) => keyOf(groupId, when))
  for (const [occasion, those] of byOccasion) {
    if (those.length > 1) findings.doubled.push(occasion)
    if (!book.has(occasion) && dates.has(those[0]?.date ?? '')) findings.unasked.push(occasion)
  }
  await inParallel([...book], async ([occasion, known]) => {
    const isListed = byOccasion.get(occasion)?.some(({ id }) => id === known.id)
    const marks = await caller.read(`/registers/${known.id}/marks`)
    const fault = isListed ? faultOf(marks, known) : 'lost'
    if (fault) findings[fault].push(occasion)
  })
  await comparePupils(caller, { year, forms }, new Set(byOccasion.keys()), findings)
  return findings
}

const wholeYear = `from=${yearSpan.startsOn}&until=${addDays(yearSpan.endsOn, 1)}`

interface Stored {
  id: string
  groupId: string
  date: string
  session: Session
}

function faultOf(marks: Said, known: Known): 'lost' | 'half' | undefined {
  if (marks.status !== 200) return 'lost'
  if (holds(marks, known, known.code)) return versionOf(marks) === known.version ? undefined : 'lost'
  const code = marks.body.data[0]?.code ?? null
  return holds(marks, known, code) ? 'lost' : 'half'
}

/** Every mark belongs to a register that is there, and the counters are the marks counted. */
async function comparePupils(
  caller: Caller,
  { year, forms }: Forms,
  registers: ReadonlySet<string>,
  { half, miscounted }: Findings,
): Promise<void> {
  const summaries = await everyPage(caller, `/attendance-summaries?academicYearId=${year}`)
  const byPupil = new Map(summaries.map((each) => [each.pupilId, each]))
  const pupils = forms.flatMap(({ id, pupils }) => pupils.map((pupilId) => ({ id, pupilId })))
  await inParallel(pupils, async ({ id, pupilId }) => {
    const { body } = await caller.read(`/marks?pupilId=${pupilId}&${wholeYear}`)
    const marks = body.data as (Occasion & { code: string })[]
    half.push(...marks.map((mark) => keyOf(id, mark)).filter((occasion) => !registers.has(occasion)))
    for (const [name, count] of Object.entries(tally(marks)))
      if ((byPupil.get(pupilId)?.[name] ?? 0) !== count) miscounted.push(`${pupilId} ${name}`)
  })
}

function tally(marks: readonly { code: string }[]): Record<string, number> {
  const counters: Record<string, number> = {}
  for (const name of Object.values(counted).flat()) counters[name] = 0
  for (const { code } of marks)
    for (const name of counted[code] ?? ['unknown code']) counters[name] = (counters[name] ?? 0) + 1
  return counters
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the contract says is there
async function everyPage(caller: Caller, path: string): Promise<any[]> {
  const rows: object[] = []
  for (let after = ''; ; ) {
    const { body } = await caller.read(`${path}&limit=200${after}`)
    rows.push(...body.data)
    if (body.next === null) return rows
    after = `&after=${body.next}`
  }
}

const atOnce = 8

async function inParallel<T>(list: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  const left = [...list]
  const worker = async () => {
    for (let each = left.pop(); each !== undefined; each = left.pop()) await work(each)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
