import type { Readable } from 'node:stream'
import { type SQL, sql } from 'drizzle-orm'
import type { Reach } from '../../foundation/access/reach.ts'
import { compileUnnamed } from '../../foundation/db/compiled.ts'
import { SchoolSnapshot } from '../../foundation/db/snapshot.ts'
import type { Database, TextRow } from '../../foundation/db/transaction.ts'
import { type Clock, today } from '../../foundation/time/clock.ts'
import { type Encode, lineOf } from './cells.ts'
import { type ZippedFile, zipped } from './zip.ts'

/** A column of a file: what stands in its cells. */
export interface ExportColumn {
  title: string
  /** Over the rows `r`; undefined for cells that are always empty. */
  from: SQL | undefined
  encode?: Encode | undefined
}

/** A file of an export: rows of the school under a header. */
export interface ExportFile {
  name: string
  columns: readonly ExportColumn[]
  /** What `r` is: a relation, with `subject` for the pupil whom a row is about. Placeholders: `school`, `today`, `agreement`, `since`. */
  rows: SQL
  /** Which of the rows, over `r`. */
  where: SQL
  /** Over `r`: no two rows share it, and they are in its order. */
  key: SQL
  isPersonal: boolean
}

/** A whole export. */
export interface Export {
  files: readonly ExportFile[]
  /** What stands before them, ready-made. */
  lead: readonly { name: string; text: string }[]
  /** Of a delta: the instant since which things have changed. */
  since?: string | undefined
}

/** For whom it is made. */
export interface Receiver {
  schoolId: string
  reach: Reach
  /** The agreement under which an app gets it; any id for whoever needs none. */
  agreementId: string
}

/** What whoever asked for an export wants to be told. */
export interface Watch {
  /** Before each file: throws when it may go on no longer. */
  mayGoOn?(): Promise<unknown>
  /** Before rows about these pupils are written. */
  tell?(pupilIds: readonly string[]): Promise<void> | undefined
  /** Once a file is written. */
  wrote?(name: string, rows: number): void
}

/** Rows that are fetched, and written, at a time: about 300 KB. */
const batchRows = 1_000
/** Longest wait for one of the connections that snapshots hold. */
const longestWaitMs = 10_000

/** The school in one state, as a zip that is read as it is made. Its snapshot is closed when the stream is. */
export async function openExport(
  db: Database,
  receiver: Receiver,
  { files, lead, since }: Export,
  watch: Watch = {},
): Promise<Readable> {
  const snapshot = await SchoolSnapshot.open(db, receiver.schoolId, longestWaitMs)
  try {
    await snapshot.narrowTo(receiver.reach)
  } catch (error) {
    await snapshot.close()
    throw error
  }
  const values = { today: today(db.clock), agreement: receiver.agreementId, since }
  const told = new Set<string>()
  const entries: ZippedFile[] = [
    ...lead.map(({ name, text }) => ({
      name,
      content: async function* () {
        yield text
      },
    })),
    ...files.map((file) => ({
      name: `${file.name}.csv`,
      content: () => linesOf(file, { snapshot, values, watch, told }),
    })),
  ]
  return zipped(entries, db.clock.now(), () => snapshot.close())
}

interface Reading {
  snapshot: SchoolSnapshot
  values: Readonly<Record<string, unknown>>
  watch: Watch
  /** Pupils of whom the ledger knows already: one export tells of each once. */
  told: Set<string>
}

async function* linesOf(
  file: ExportFile,
  { snapshot, values, watch, told }: Reading,
): AsyncGenerator<string> {
  await watch.mayGoOn?.()
  const { columns } = file
  yield lineOf(columns.map(({ title }) => title))
  let count = 0
  for await (const rows of snapshot.cursor(statementOf(file), values, batchRows)) {
    const fresh = file.isPersonal ? subjectsOf(rows).filter((id) => !told.has(id)) : []
    for (const id of fresh) told.add(id)
    if (fresh.length > 0) await watch.tell?.([...new Set(fresh)])
    count += rows.length
    yield rows.map((row) => lineOf(cellsOf(columns, row))).join('')
  }
  watch.wrote?.(file.name, count)
}

/** Behind the cells of a row stands the pupil whom it is about. */
const subjectsOf = (rows: readonly TextRow[]): string[] =>
  rows.map((row) => row.at(-1)).filter((id) => id !== null && id !== undefined)

function cellsOf(columns: readonly ExportColumn[], row: TextRow): string[] {
  return columns.map(({ encode }, at) => {
    const text = row[at]
    if (text === null || text === undefined) return ''
    return encode ? encode(text) : text
  })
}

/** The cells of every row, then the pupil whom it is about. */
export function statementOf({ columns, rows, where, key }: ExportFile) {
  const cells = columns.map(({ from }) => from ?? sql`null::text`)
  const query = sql`select distinct on (${key}) ${sql.join([...cells, sql`r.subject`], sql`, `)} from (${rows}) r where ${where} order by ${key}`
  return { name: undefined, ...compileUnnamed(query) }
}

/**
 * What is written dates itself when it is written and is seen when it is committed, so a delta that began at the very
 * instant of the export before it would miss what was under way then. Nothing is under way for this long: a statement has
 * 15 s (pool.ts), a request has a few of them, and an import of a whole school, the longest transaction there is, has taken
 * less than a minute. The price of more is that changes of the last ten minutes are told twice, which harms nobody.
 */
const longestWriteMs = 10 * 60_000

/** The instant to which an export that begins now is complete: the `since` of the next delta. */
export const asOf = (clock: Clock): string => new Date(clock.now().getTime() - longestWriteMs).toISOString()
