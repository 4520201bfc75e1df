import { ImportRefused } from '../../../operations/imports/report.ts'
import { cellsOf, type Notebook } from '../../oneroster/csv/read/read.ts'
import type { Archive } from '../../oneroster/csv/read/zip.ts'
import type { SdsShape } from './shapes.ts'

/** A line of a file of School Data Sync. */
export interface Line {
  /** As a spreadsheet counts: the header is line 1. */
  row: number
  /** The file as Microsoft writes its name. */
  file: string
  /** By our word for the column; columns that are not there are empty. */
  cell(word: string): string
  /** How the file itself heads the column, for whoever has to mend it. */
  heading(word: string): string
  /** Why the line cannot be taken, whatever it becomes. */
  fault: { word: string; reason: string } | undefined
}

export type Tables<Name extends string> = Readonly<Record<Name, readonly Line[]>>

/** Reads every file of a version. An archive without a file or a column that it must have is refused, naming all. */
export async function readTables<Name extends string>(
  archive: Archive,
  shapes: Readonly<Record<Name, SdsShape>>,
  needed: readonly NoInfer<Name>[],
  notes: Notebook,
): Promise<Tables<Name>> {
  const reasons = needed
    .filter((name) => !archive.files.has(name))
    .map((name) => `The archive has no ${shapes[name].label}.csv.`)
  const found = {} as Record<Name, readonly Line[]>
  for (const name of Object.keys(shapes) as Name[]) {
    const shape = shapes[name]
    const [header = [], ...lines] = await cellsOf(archive, name)
    const places = placesOf(header, shape)
    // Even an empty file has its header: without one, what the rows mean is a guess.
    if (archive.files.has(name)) reasons.push(...lacking(places, shape))
    noticeColumns(header, shape, notes)
    found[name] = lines.map((cells, at) => lineOf(cells, at + 2, places, shape))
  }
  if (reasons.length > 0) throw new ImportRefused(reasons, notes.report)
  return found
}

/** Where what the archive does not say is said to come from. */
export const headerOf = ({ label }: SdsShape): Line => ({
  row: 1,
  file: label,
  cell: () => '',
  heading: (word) => word,
  fault: undefined,
})

/** Files of the field write "Term Start Date" as well as "Term StartDate". */
const plain = (heading: string) => heading.replace(/\s+/g, '').toLowerCase()

interface Place {
  at: number
  heading: string
}

function placesOf(header: readonly string[], { columns }: SdsShape): ReadonlyMap<string, Place> {
  const byHeading = new Map(header.map((heading, at) => [plain(heading), { at, heading: heading.trim() }]))
  return new Map(
    Object.entries(columns).flatMap(([word, headings]) => {
      const place = headings.map((heading) => byHeading.get(plain(heading))).find(Boolean)
      return place ? [[word, place]] : []
    }),
  )
}

function lacking(places: ReadonlyMap<string, Place>, { label, required, columns }: SdsShape): string[] {
  const missing = required.filter((word) => !places.has(word)).map((word) => columns[word]?.join(' or '))
  if (missing.length === 0) return []
  return [`${label}.csv lacks the ${missing.length === 1 ? 'column' : 'columns'} ${missing.join(', ')}.`]
}

function noticeColumns(header: readonly string[], shape: SdsShape, notes: Notebook): void {
  const taken = new Set(Object.values(shape.columns).flat().map(plain))
  const unused = new Set(shape.unused.map(plain))
  const left: string[] = []
  for (const heading of header.map((each) => each.trim())) {
    if (heading === '' || taken.has(plain(heading))) continue
    if (plain(heading) === 'password') notes.notice('Passwords are not imported.')
    else if (unused.has(plain(heading))) left.push(heading)
    else notes.notice(`${shape.label}.csv: the column ${heading} is not imported.`)
  }
  if (left.length > 0) notes.notice(`${shape.label}.csv: there is no place here for ${left.join(', ')}.`)
}

function lineOf(
  cells: readonly string[],
  row: number,
  places: ReadonlyMap<string, Place>,
  { label, columns, filled }: SdsShape,
): Line {
  const cell = (word: string) => cells[places.get(word)?.at ?? -1]?.trim() ?? ''
  const heading = (word: string) => places.get(word)?.heading ?? columns[word]?.[0] ?? word
  const empty = filled.find((word) => cell(word) === '')
  const broken = Object.keys(columns).find((word) => /[\0\uFFFD]/.test(cell(word)))
  const fault =
    empty !== undefined
      ? { word: empty, reason: 'This cell is empty.' }
      : broken !== undefined
        ? { word: broken, reason: 'The text is not valid UTF-8.' }
        : undefined
  return { row, file: label, cell, heading, fault }
}
