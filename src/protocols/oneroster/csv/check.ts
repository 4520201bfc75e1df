import { ImportRefused } from '../../../operations/imports/report.ts'
import { type FileName, spelling } from './files.ts'
import type { Files, Notebook, Row } from './read.ts'
import { listOf } from './values.ts'

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
]

/**
 * A reference to a row that is not there refuses the whole import: a half school would be worse than none. All are
 * listed. A row that refers to a refused row is refused with it, and the others are returned.
 */
export function requireWhole(files: Files, notes: Notebook): Files {
  const ids = new Map(Object.entries(files).map(([name, rows]) => [name, new Set(rows.map(({ id }) => id))]))
  const dropped = new Set<Row>()
  let dangling = 0
  for (const link of links)
    for (const row of files[link.from])
      for (const target of targetsOf(row, link)) {
        if (ids.get(link.to)?.has(target)) continue
        const file = `${spelling[link.to] ?? link.to}.csv`
        const isRefused = notes.isRefused(link.to, target)
        if (isRefused && link.isList) continue
        dropped.add(row)
        if (!isRefused) dangling++
        notes.refuse(
          link.from,
          row,
          link.column,
          isRefused ? `Its row in ${file} was refused.` : `There is no ${target} in ${file}.`,
        )
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

function targetsOf(row: Row, { column, isList }: Link): string[] {
  const text = row.cell(column)
  if (text === '') return []
  return isList ? listOf(text) : [text]
}
