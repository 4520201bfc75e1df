import { bucketOf, checksumOf } from '../../src/operations/feed/checksums.ts'

/** What a copy asks; the body is text for what is no JSON. */
export type Ask = (
  path: string,
  // biome-ignore lint/suspicious/noExplicitAny: a copy takes whatever records there are
) => Promise<{ status: number; text: string; body: any }>

type Row = Record<string, unknown> & { id: string }

/** Bodies as the contract has them; a copy trusts nothing else. */
interface Entry {
  number: number | null
  resource: string
  recordId: string | null
  action: string
  fields: string[] | null
  pupilIds: string[] | null
  record?: Row | null
}

/** The cursor was too old: the copy has to begin anew. */
export class Expired extends Error {}

/** A copy of what a caller may see, made by the contract alone: a snapshot, then the feed, verified by checksums. */
export class Replica {
  readonly records = new Map<string, Map<string, Row>>()
  cursor = ''
  number = 0
  /** Every number that was told or accounted for, to prove that none is missing. */
  readonly #ask: Ask
  readonly #query: string

  constructor(ask: Ask, resources?: string) {
    this.#ask = ask
    this.#query = resources ? `&resources=${resources}` : ''
  }

  async start(parts = 1): Promise<void> {
    while (!(await this.#begin(parts)));
  }

  /** False when access has changed between the parts. */
  async #begin(parts: number): Promise<boolean> {
    this.records.clear()
    const heads: Head[] = []
    for (let part = 1; part <= parts; part++)
      heads.push(await this.#readPart(parts === 1 ? '' : `&part=${part}/${parts}`))
    const [lowest] = heads.sort((a, b) => a.number - b.number) as [Head]
    this.number = lowest.number
    this.cursor = lowest.cursor
    return new Set(heads.map(({ view }) => view)).size === 1
  }

  async #readPart(part: string): Promise<Head> {
    const { status, text } = await this.#ask(`/snapshot?${`${part}${this.#query}`.slice(1)}`)
    if (status !== 200) throw new Error(`snapshot: ${status} ${text}`)
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const [{ snapshot }, last] = [lines[0], lines.at(-1)]
    if (!last.end) throw new Error('the snapshot broke off')
    const told = lines.filter((line) => line.record)
    if (told.length !== last.records) throw new Error(`${told.length} records, ${last.records} announced`)
    for (const { resource, record } of told) this.#of(resource).set(record.id, record)
    return snapshot
  }

  /** Takes in pages until there is nothing more; returns the state. */
  async catchUp(limit = 100): Promise<string> {
    for (;;) {
      const { status, text, body } = await this.#ask(
        `/changes?after=${this.cursor}&limit=${limit}&include=record${this.#query}`,
      )
      if (status === 410) throw new Expired()
      if (status !== 200) throw new Error(`changes: ${status} ${text}`)
      this.take(body)
      if (body.next === undefined) return body.state
    }
  }

  take(body: {
    data: Entry[]
    unseen: [number, number][]
    from: number
    until: number
    cursor: string
  }): void {
    this.#prove(body)
    for (const entry of body.data) this.#apply(entry)
    this.cursor = body.cursor
    this.number = body.until
  }

  /** The numbers told and the ranges unseen cover everything from the last number to the new one, each once. */
  #prove({ data, unseen, from, until }: Parameters<Replica['take']>[0]): void {
    const told = data.flatMap(({ number }) => (number === null ? [] : [[number, number] as const]))
    const spans = [...told, ...unseen].sort(([a], [b]) => a - b)
    let next = this.number + 1
    if (from !== next) throw new Error(`the page begins at ${from}, not at ${next}`)
    for (const [first, last] of spans) {
      if (first !== next) throw new Error(`number ${next} is missing before ${first}`)
      next = last + 1
    }
    if (next !== until + 1) throw new Error(`number ${next} is missing at the end`)
  }

  #apply(entry: Entry): void {
    const { resource, recordId, action, record, pupilIds, fields } = entry
    const of = this.#of(resource)
    if (action === 'left' && recordId === null) this.#forget(resource, pupilIds, fields)
    else if (action === 'left' || action === 'removed' || !record) of.delete(recordId as string)
    else of.set(record.id, record)
  }

  #forget(resource: string, pupilIds: string[] | null, fields: string[] | null): void {
    const of = this.#of(resource)
    if (pupilIds) {
      for (const [id, { pupilId }] of of) if (pupilIds.includes(pupilId as string)) of.delete(id)
    } else if (fields) {
      for (const record of of.values()) for (const field of fields) delete record[field]
    } else this.records.delete(resource)
  }

  #of(resource: string): Map<string, Row> {
    const known = this.records.get(resource) ?? new Map<string, Row>()
    this.records.set(resource, known)
    return known
  }

  /** Buckets in which the copy differs from what the server says it must hold; a change of access is taken in first, once. */
  async differences(): Promise<string[]> {
    const sums = () => this.#ask(`/checksums?asOf=${this.cursor}${this.#query}`)
    let { status, text, body } = await sums()
    if (status === 409) {
      await this.catchUp()
      ;({ status, text, body } = await sums())
    }
    if (status !== 200) throw new Error(`checksums: ${status} ${text}`)
    const told = new Set(body.data.map(({ resource }: { resource: string }) => resource))
    const extra = [...this.records].filter(([resource, of]) => of.size > 0 && !told.has(resource))
    return [
      ...extra.map(([resource]) => `${resource} is still there`),
      ...body.data.flatMap((each: Sums) => this.#differencesIn(each)),
    ]
  }

  #differencesIn({ resource, buckets, changedSince }: Sums): string[] {
    const left = new Set(changedSince)
    const own = new Map<number, Row[]>()
    for (const record of this.#of(resource).values()) {
      if (left.has(record.id)) continue
      const bucket = bucketOf(record.id)
      own.set(bucket, [...(own.get(bucket) ?? []), record])
    }
    const said = new Map(buckets.map((each) => [each.bucket, each]))
    return [...new Set([...own.keys(), ...said.keys()])].flatMap((bucket) => {
      const mine = own.get(bucket) ?? []
      const { count, checksum } = said.get(bucket) ?? { count: 0, checksum: '0'.repeat(32) }
      const sum = sumOf(mine)
      return sum === checksum && mine.length === count
        ? []
        : [`${resource} ${bucket}: ${mine.length} of ${count}: ${mine.map(({ id }) => id).join(' ')}`]
    })
  }
}

interface Head {
  number: number
  cursor: string
  view: string
}

interface Sums {
  resource: string
  buckets: { bucket: number; count: number; checksum: string }[]
  changedSince: string[]
}

function sumOf(records: readonly Row[]): string {
  const sum = Buffer.alloc(16)
  for (const record of records) {
    const own = checksumOf(record)
    for (let at = 0; at < 16; at++) sum[at] = (sum[at] as number) ^ (own[at] as number)
  }
  return sum.toString('hex')
}

/** Asks as whoever `call` calls for. */
export const askAs =
  (caller: {
    call(method: string, path: string): Promise<{ status: number; text: string; body: unknown }>
  }): Ask =>
  (path) =>
    caller.call('GET', path) as ReturnType<Ask>
