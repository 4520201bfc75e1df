import { ImportRefused } from '../../../../operations/imports/report.ts'
import { type FileName, spelling } from '../read/files.ts'
import { placeholderOf } from '../read/made-ids.ts'
import type { Files, Notebook, Row } from '../read/read.ts'
import { listOf } from '../read/values.ts'
import { isGone, type Step } from './step.ts'

/** Column that names rows of another file. */
interface Link {
  from: FileName
  column: string
  to: FileName
  isList?: boolean
}

const links: readonly Link[] = [
  { from: 'orgs', column: 'parentSourcedId', to: 'orgs' },
  { from: 'academicsessions', column: 'parentSourcedId', to: 'academicsessions' },
  { from: 'courses', column: 'orgSourcedId', to: 'orgs' },
  { from: 'courses', column: 'schoolYearSourcedId', to: 'academicsessions' },
  { from: 'classes', column: 'courseSourcedId', to: 'courses' },
  { from: 'classes', column: 'schoolSourcedId', to: 'orgs' },
  { from: 'classes', column: 'termSourcedIds', to: 'academicsessions', isList: true },
  { from: 'users', column: 'orgSourcedIds', to: 'orgs', isList: true },
  { from: 'users', column: 'agentSourcedIds', to: 'users', isList: true },
  { from: 'roles', column: 'userSourcedId', to: 'users' },
  { from: 'roles', column: 'orgSourcedId', to: 'orgs' },
  { from: 'enrollments', column: 'classSourcedId', to: 'classes' },
  { from: 'enrollments', column: 'userSourcedId', to: 'users' },
  { from: 'enrollments', column: 'schoolSourcedId', to: 'orgs' },
  { from: 'demographics', column: 'sourcedId', to: 'users' },
  { from: 'lineitems', column: 'classSourcedId', to: 'classes' },
  { from: 'lineitems', column: 'categorySourcedId', to: 'categories' },
  { from: 'results', column: 'lineItemSourcedId', to: 'lineitems' },
  { from: 'results', column: 'studentSourcedId', to: 'users' },
  { from: 'scorescales', column: 'classSourcedId', to: 'classes' },
  { from: 'lineitemscorescales', column: 'lineItemSourcedId', to: 'lineitems' },
  { from: 'lineitemscorescales', column: 'scoreScaleSourcedId', to: 'scorescales' },
  { from: 'resultscorescales', column: 'resultSourcedId', to: 'results' },
  { from: 'resultscorescales', column: 'scoreScaleSourcedId', to: 'scorescales' },
  { from: 'lineitemlearningobjectiveids', column: 'lineItemSourcedId', to: 'lineitems' },
  { from: 'resultlearningobjectiveids', column: 'resultSourcedId', to: 'results' },
]

/** Not looked for here in a delta: organisations beside the school are nobody's record, and the gradebook's writers know their objects. */
const notSought: readonly FileName[] = ['orgs', 'categories', 'lineitems', 'results', 'scorescales']

type Checked = Pick<Step, 'files' | 'whole' | 'notes' | 'sourceId' | 'isDelta' | 'known'>

/** A row with a reference to a row that is not in the archive. */
interface Missing {
  link: Link
  row: Row
  target: string
}

/**
 * A reference to a row that is not there refuses the whole import: a half school would be worse than none. All are
 * listed. A row that refers to a refused row is refused with it, and the others are returned. A delta may refer to what
 * earlier imports brought.
 */
export async function requireWhole(step: Checked): Promise<Files> {
  const { files, notes } = step
  const dropped = new Set<Row>()
  let dangling = 0
  for (const { link, row, target } of await missingIn(step)) {
    const isRefused = notes.isRefused(link.to, target)
    if (isRefused && link.isList) continue
    dropped.add(row)
    if (!isRefused) dangling++
    refuse(notes, { link, row, target }, isRefused)
  }
  if (dangling > 0)
    throw new ImportRefused(
      [
        `${dangling} ${dangling === 1 ? 'reference leads' : 'references lead'} nowhere; nothing was imported.`,
      ],
      notes.report,
    )
  const kept = Object.entries(files).map(([name, rows]) => [name, rows.filter((row) => !dropped.has(row))])
  return Object.fromEntries(kept) as Files
}

function refuse(notes: Notebook, { link, row, target }: Missing, isRefused: boolean): void {
  const file = `${spelling[link.to] ?? link.to}.csv`
  const reason = isRefused ? `Its row in ${file} was refused.` : `There is no ${target} in ${file}.`
  notes.refuse(link.from, row, link.column, reason)
}

async function missingIn(step: Checked): Promise<Missing[]> {
  const { files, whole, sourceId } = step
  const ids = new Map(Object.entries(whole).map(([name, rows]) => [name, new Set(rows.map(({ id }) => id))]))
  const found: Missing[] = []
  for (const link of links)
    for (const row of files[link.from])
      for (const target of targetsOf(row, link))
        if (!ids.get(link.to)?.has(target) && target !== placeholderOf(sourceId))
          found.push({ link, row, target })
  return step.isDelta ? unknownOf(step, found) : found
}

async function unknownOf(step: Checked, found: readonly Missing[]): Promise<Missing[]> {
  const known = new Map<FileName, ReadonlySet<string>>()
  for (const to of new Set(found.map(({ link }) => link.to))) {
    const targets = found.filter(({ link }) => link.to === to).map(({ target }) => target)
    known.set(to, notSought.includes(to) ? new Set(targets) : await step.known(to, targets))
  }
  return found.filter(({ link, target }) => !known.get(link.to)?.has(target))
}

function targetsOf(row: Row, { column, isList }: Link): string[] {
  const text = row.cell(column)
  if (text === '' || isGone(row)) return []
  return isList ? listOf(text) : [text]
}
