import { reachOf } from '../../foundation/access/reach.ts'
import { type Database, readTogether } from '../../foundation/db/transaction.ts'
import type { Resource } from '../../foundation/resource/resource.ts'
import { type Scan, scanReader } from '../../foundation/resource/statements.ts'
import type { Sighted } from './sight.ts'

/** Before every id. */
export const firstId = '00000000-0000-0000-0000-000000000000'

/** Records of one resource as a caller sees them now. */
export interface Scanned {
  id: string
  json: string
  pupilIds: string[]
  fieldGroups: string
}

/** Reads records by id, as far as the caller reaches them and with the fields that are granted. */
export async function scan(
  db: Database,
  schoolId: string,
  sighted: Sighted,
  of: Resource,
  kind: Scan,
  values: { after?: string; limit?: number; [name: string]: unknown },
): Promise<Scanned[]> {
  const reader = readerFor(sighted, of, kind)
  const actor = { schoolId, reach: reachOf(sighted.readerOf(of)) }
  const all = { after: firstId, limit: 10_000, ...values }
  const [rows = []] = await readTogether(db, actor, [{ query: reader.query, values: all }])
  return rows.map((row) => ({
    id: row[reader.extra] as string,
    json: reader.encode(row),
    pupilIds: reader.pupilsOf(row).filter((id) => id != null),
    fieldGroups: reader.fieldGroups,
  }))
}

export function readerFor({ sight }: Sighted, of: Resource, kind: Scan) {
  return scanReader(of, { fields: sight.resources[of.name]?.fields ?? ['id'], relations: [] }, kind)
}
