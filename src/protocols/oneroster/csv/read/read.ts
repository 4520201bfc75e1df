import { pipeline } from 'node:stream'
import { parse } from 'csv-parse'
import {
  emptyFile,
  ImportRefused,
  type ImportReport,
  mostRefusalsListed,
} from '../../../../operations/imports/report.ts'
import { systemName } from '../export/columns.ts'
import {
  columnsKnown,
  type FileName,
  type FileShape,
  knownElsewhere,
  neededFiles,
  shapes,
  spelling,
} from './files.ts'
import { type Archive, openArchive } from './zip.ts'

/** A row with its cells by column; columns that are not there are empty. */
export interface Row {
  /** As a spreadsheet counts: the header is line 1. */
  row: number
  /** The file that it stands in, as whoever sent it knows it. */
  file: string
  id: string
  cell(column: string): string
  /**
   * Whether the file speaks of the column: what is not spoken of is not changed. In a whole file a column that every row
   * leaves empty was not to be told; in a delta an empty cell may be what has changed.
   */
  has(column: string): boolean
}

export type Files = Readonly<Record<FileName, readonly Row[]>>

export interface ReadResult {
  files: Files
  /** Files that say what has changed only; of what they leave out, earlier imports have told. */
  isDelta: boolean
  /** Whether this system wrote it. */
  isOwn: boolean
}

/** Notes what becomes of rows, for the report. */
export interface Notebook {
  report: ImportReport
  refuse(file: FileName, row: Row, field: string, reason: string): void
  /** Whether a row of this id was refused: what refers to it is refused as well, instead of leading nowhere. */
  isRefused(file: FileName, id: string): boolean
  notice(sentence: string): void
  /** A notebook of one of several schools, which knows what was noted of the whole archive. */
  part(files: Files): Notebook
}

export function notebook(format: ImportReport['format'], isDryRun: boolean): Notebook {
  const report = { version: '', school: null, files: {}, refusals: [], notices: [], ms: 0 }
  return keptIn({ format, isDryRun, ...report }, new Set(), new Set())
}

function keptIn(report: ImportReport, refusedRows: Set<string>, refusedIds: Set<string>): Notebook {
  return {
    report,
    refuse(file, row, field, reason) {
      const name = spelling[file] ?? file
      const counts = report.files[name] ?? emptyFile()
      const key = `${file} ${row.file} ${row.row}`
      if (!refusedRows.has(key)) counts.refused++
      refusedRows.add(key)
      refusedIds.add(`${file} ${row.id}`)
      report.files[name] = counts
      if (report.refusals.length < mostRefusalsListed)
        report.refusals.push({ file: row.file, row: row.row, sourcedId: row.id, field, reason })
    },
    isRefused: (file, id) => refusedIds.has(`${file} ${id}`),
    notice(sentence) {
      if (!report.notices.includes(sentence)) report.notices.push(sentence)
    },
    part(files) {
      const own = structuredClone(report)
      for (const [name, rows] of Object.entries(files)) {
        const counts = own.files[spelling[name] ?? name]
        if (counts) counts.read = rows.length + counts.refused
      }
      return keptIn(own, new Set(refusedRows), new Set(refusedIds))
    },
  }
}

/** Reads every file of an archive. Rows without what they need are refused; an archive without what it needs is. */
export async function readArchive(source: string | Buffer, notes: Notebook): Promise<ReadResult> {
  const archive = await openArchive(source)
  try {
    const manifest = await readManifest(archive)
    const isDelta = [...manifest].some(([name, value]) => name.startsWith('file.') && value === 'delta')
    const missing = isDelta ? [] : neededFiles.filter((name) => !archive.files.has(name))
    if (missing.length > 0)
      throw new ImportRefused(
        missing.map((name) => `The archive has no ${spelling[name] ?? name}.csv.`),
        notes.report,
      )
    noticeStrangers(archive, notes)
    const files = {} as Record<FileName, readonly Row[]>
    for (const name of Object.keys(shapes) as FileName[])
      files[name] = await readFile(archive, name, { notes, isDelta })
    notes.report.version = versionOf(manifest, files, notes)
    return { files, isDelta, isOwn: manifest.get('source.systemName') === systemName }
  } finally {
    archive.close()
  }
}

function noticeStrangers(archive: Archive, notes: Notebook): void {
  for (const name of archive.files.keys()) {
    if (name in shapes || name === 'manifest') continue
    const why = knownElsewhere.includes(name)
      ? 'is not imported'
      : 'is not a file of OneRoster and was not read'
    notes.notice(`${name}.csv ${why}.`)
  }
  for (const name of archive.others) notes.notice(`${name} is no CSV file and was not read.`)
}

async function readManifest(archive: Archive): Promise<ReadonlyMap<string, string>> {
  const cells = await cellsOf(archive, 'manifest')
  return new Map(cells.map(([name = '', value = '']) => [name.trim(), value.trim()]))
}

/** The manifest says the version; without one, roles.csv is the sign of 1.2. */
function versionOf(manifest: ReadonlyMap<string, string>, files: Files, notes: Notebook): string {
  const guess = files.roles.length > 0 ? '1.2' : '1.1'
  const said = manifest.get('oneroster.version') ?? ''
  if (said === '1.1' || said === '1.2') return said
  notes.notice(
    manifest.size === 0
      ? `There is no manifest.csv; the files look like OneRoster ${guess}.`
      : `manifest.csv names the version "${said}"; the files look like ${guess}.`,
  )
  return guess
}

/** The lines of a file, the header first; none where the archive does not hold it. */
export async function cellsOf(archive: Archive, name: string): Promise<string[][]> {
  const file = archive.files.get(name)
  if (!file) return []
  const rows: string[][] = []
  // A wrong number of cells is mended where it can be: exports drop empty cells at the end of a line.
  const parser = parse({ bom: true, relaxColumnCount: true, skipEmptyLines: true, relaxQuotes: true })
  // An archive that is broken in the middle ends its reader too.
  pipeline(await file.open(), parser, () => {})
  try {
    for await (const cells of parser) rows.push(cells as string[])
  } catch (error) {
    throw new ImportRefused([`${spelling[name] ?? name}.csv cannot be read: ${(error as Error).message}.`])
  }
  return rows
}

async function readFile(
  archive: Archive,
  name: FileName,
  { notes, isDelta }: { notes: Notebook; isDelta: boolean },
): Promise<Row[]> {
  const [header = [], ...lines] = await cellsOf(archive, name)
  const label = spelling[name] ?? name
  const counts = notes.report.files[label] ?? emptyFile()
  if (archive.files.has(name)) notes.report.files[label] = counts
  counts.read = lines.length
  const columns = columnsOf(header, name, notes)
  const isEmpty = (place: number) => lines.every((cells) => (cells[place]?.trim() ?? '') === '')
  const told = new Set(
    [...columns].filter(([, place]) => isDelta || !isEmpty(place)).map(([column]) => column),
  )
  const rows: Row[] = []
  const seen = new Set<string>()
  for (const [at, cells] of lines.entries()) {
    const cell = (column: string) => cells[columns.get(column) ?? -1]?.trim() ?? ''
    const has = (column: string) => told.has(column)
    const row = { row: at + 2, file: label, id: cell('sourcedId'), cell, has }
    const fault = faultOf(row, shapes[name], seen)
    if (fault) notes.refuse(name, row, fault.field, fault.reason)
    else {
      seen.add(row.id)
      rows.push(row)
    }
  }
  return rows
}

/** Column -> place, whatever the letter case and spaces of the header. */
function columnsOf(header: readonly string[], name: FileName, notes: Notebook): ReadonlyMap<string, number> {
  const shape: FileShape = shapes[name]
  const label = spelling[name] ?? name
  const places = new Map(header.map((title, at) => [title.trim().toLowerCase(), at]))
  const known = columnsKnown(name)
  const missing = shape.required.filter((column) => !places.has(column.toLowerCase()))
  if (header.length > 0 && missing.length > 0)
    throw new ImportRefused(
      [`${label}.csv lacks the ${missing.length === 1 ? 'column' : 'columns'} ${missing.join(', ')}.`],
      notes.report,
    )
  const lower = new Set(known.map((column) => column.toLowerCase()))
  for (const title of places.keys())
    if (title !== '' && !lower.has(title)) notes.notice(`${label}.csv: the column ${title} is not imported.`)
  return new Map(
    known.flatMap((column) =>
      places.has(column.toLowerCase()) ? [[column, places.get(column.toLowerCase()) as number]] : [],
    ),
  )
}

function faultOf(
  row: Row,
  { filled }: FileShape,
  seen: ReadonlySet<string>,
): { field: string; reason: string } | undefined {
  // What is to be deleted needs to say no more than which it is.
  const needed = row.cell('status').toLowerCase() === 'tobedeleted' ? ['sourcedId'] : filled
  const empty = needed.find((column) => row.cell(column) === '')
  if (empty !== undefined) return { field: empty, reason: 'This cell is empty.' }
  if (seen.has(row.id)) return { field: 'sourcedId', reason: 'Another row has this sourcedId.' }
  const bad = /[\0\uFFFD]/
  const broken = filled.find((column) => bad.test(row.cell(column)))
  return broken === undefined ? undefined : { field: broken, reason: 'The text is not valid UTF-8.' }
}
