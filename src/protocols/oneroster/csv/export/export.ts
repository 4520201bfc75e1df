import { sql } from 'drizzle-orm'
import { lineOf } from '../../../../operations/exports/cells.ts'
import type { Export, ExportColumn, ExportFile } from '../../../../operations/exports/export.ts'
import type { OneRosterResource, Sight } from '../../resource.ts'
import { fieldsOf } from '../../rest/query.ts'
import { school, today } from '../../roster/common.ts'
import type { Version } from '../../scopes.ts'
import { cellOf } from './cells.ts'
import { type CsvColumn, type CsvFile, csvFiles, systemName, theSchool } from './columns.ts'

export type Mode = 'bulk' | 'delta'

/** What is exported. */
export interface Asked {
  mode: Mode
  /** Of a delta: an instant, or a day. */
  since?: string | undefined
}

export const releases: Readonly<Record<string, Version>> = { '1.1': 'v1p1', '1.2': 'v1p2' }

/** The resources of which rows are shown, and the groups of fields in them. */
export const shown = {
  resources: [
    'schools:read',
    'calendar:read',
    'subjects:read',
    'rooms:read',
    'groups:read',
    'timetable:read',
    'pupils:read',
    'staff:read',
    'contacts:read',
    'assessment:read',
  ],
  groups: [
    'pupils.identifiers:read',
    'pupils.contacts:read',
    'pupils.demographics:read',
    'staff.demographics:read',
  ],
} as const

/** The files that a sight opens, with their manifest before them. */
export function oneRosterExport(sight: Sight, { mode, since }: Asked): Export {
  const files = csvFiles[sight.version]
  const granted = files.filter((file) => isGranted(file, sight))
  return {
    since,
    lead: [{ name: 'manifest.csv', text: manifestOf(sight.version, files, new Set(granted), mode) }],
    // A file of changes is the only place where deletions in a gradebook are told.
    files: granted.map((file) => exported(file, { ...sight, tellsDeleted: mode === 'delta' }, mode)),
  }
}

const isGranted = ({ of, besides }: CsvFile, { may }: Sight): boolean =>
  (of?.needs.some(may) ?? false) && besides.every(may)

function manifestOf(
  version: Version,
  files: readonly CsvFile[],
  granted: ReadonlySet<CsvFile>,
  mode: Mode,
): string {
  const release = Object.entries(releases).find(([, each]) => each === version)?.[0] as string
  return [
    ['propertyName', 'value'],
    ['manifest.version', '1.0'],
    ['oneroster.version', release],
    ...files.map((file) => [`file.${file.name}`, granted.has(file) ? mode : 'absent']),
    ['source.systemName', systemName],
    ['source.systemCode', systemName],
  ]
    .map(lineOf)
    .join('')
}

function exported({ name, of, columns }: CsvFile, sight: Sight, mode: Mode): ExportFile {
  const resource = of as OneRosterResource
  return {
    name,
    columns: columns.map((column) => columnOf(column, resource, sight.version, mode)),
    rows: resource.rows(sight),
    where:
      mode === 'bulk'
        ? sql`r.status = 'active' and ${hasSubject}`
        : sql`r.date_last_modified >= ${sql.placeholder('since')}::timestamptz`,
    key: sql`r.sourced_id collate "C"`,
    isPersonal: resource.isPersonal,
  }
}

/** Those who have left the school: worked out once for a file, however many rows ask. */
const leavers = sql`(select p.id from pupils p where p.school_id = ${school} and p.left_on <= ${today})`

/** Results of those who have left the school are theirs for ever, but they are in no bulk file of users. */
const hasSubject = sql`(r.subject is null or r.subject not in ${leavers})`

/** A guardian's children who have left are in no bulk file either, and whoever refers to nobody is refused. */
const agentsAtSchool = sql`array(select a.id from unnest(r.agents) with ordinality as a (id, place)
  where a.id::uuid not in ${leavers} order by a.place)`

function columnOf(
  [title, name]: CsvColumn,
  of: OneRosterResource,
  version: Version,
  mode: Mode,
): ExportColumn {
  if (name === null) return { title, from: undefined }
  if (name === theSchool) return { title, from: sql`${school}::text` }
  // What is the whole needs neither: the standard demands that both are empty.
  if (mode === 'bulk' && (title === 'status' || title === 'dateLastModified'))
    return { title, from: undefined }
  const field = fieldsOf(of, version).find((each) => each.name === name)
  if (!field) throw new Error(`${of.many} of ${version} have no ${name}`)
  const cell = cellOf(title, field)
  return mode === 'bulk' && name === 'agents' ? { ...cell, from: agentsAtSchool } : cell
}
