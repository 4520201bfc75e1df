import { sql } from 'drizzle-orm'
import type { Export, ExportFile } from '../../../operations/exports/export.ts'
import type { Sight } from '../../oneroster/resource.ts'
import { type SdsFile, sdsFiles } from './files.ts'

/** The resources of which rows are shown, and the groups of fields in them. */
export const shown = {
  resources: [
    'schools:read',
    'calendar:read',
    'subjects:read',
    'groups:read',
    'pupils:read',
    'staff:read',
    'contacts:read',
  ],
  groups: ['pupils.contacts:read', 'pupils.demographics:read', 'staff.demographics:read'],
} as const

/** Without these there is nothing that Microsoft would take. */
export const demanded = ['orgs', 'users', 'roles'] as const

/** The files that a sight opens. Names are those by which people are called, as in OneRoster 1.1, whose views these are. */
export function sdsExport(may: Sight['may']): Export {
  const sight = sightOf(may)
  return {
    lead: [],
    files: sdsFiles.filter((file) => isGranted(file, sight)).map((file) => exported(file, sight)),
  }
}

/** Contacts are there for their children: without pupils there are none. */
function sightOf(may: Sight['may']): Sight {
  const own: Sight['may'] = (scope) => may(scope) && (scope !== 'contacts:read' || may('pupils:read'))
  return { version: 'v1p1', key: 'sds', may: own }
}

const isGranted = ({ of, besides }: SdsFile, { may }: Sight): boolean =>
  of.needs.some(may) && besides.every(may)

function exported({ name, of, columns, where, key }: SdsFile, sight: Sight): ExportFile {
  return {
    name,
    columns: columns.map(({ title, from, encode, needs }) => ({
      title,
      from: needs && !sight.may(needs) ? undefined : from,
      encode,
    })),
    rows: of.rows(sight),
    where: where ? sql`r.status = 'active' and ${where}` : sql`r.status = 'active'`,
    key: key ?? sql`r.sourced_id collate "C"`,
    isPersonal: of.isPersonal,
  }
}
