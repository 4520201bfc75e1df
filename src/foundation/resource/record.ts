import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { disclose } from '../access/disclosure.ts'
import type { Change } from '../db/change-log.ts'
import { compile } from '../db/compiled.ts'
import type { TextRow, Tx } from '../db/transaction.ts'
import { entityTag, requireMatch } from '../http/etag.ts'
import type { Context } from '../http/mount.ts'
import { problem } from '../http/problems.ts'
import type { Resource } from './resource.ts'
import { grantedFields, type Selection } from './selection.ts'
import { type Reader, recordReader } from './statements.ts'

/** One record as spoken, with its ETag. */
export interface SpokenRecord {
  json: string
  etag: string
}

const representations = new WeakMap<Reader, string>()

/** ETag of a record that `reader` has read. */
export function recordTag(reader: Reader, row: TextRow, revision?: string): string {
  let representation = representations.get(reader)
  if (representation === undefined) {
    representation = createHash('sha1').update(reader.key).digest('base64url').slice(0, 8)
    representations.set(reader, representation)
  }
  return entityTag(row[reader.extra] as string, representation, revision)
}

/** The record as the caller may see it; throws 404. */
export async function speakRecord(
  tx: Tx,
  context: Pick<Context, 'who' | 'ledger' | 'request'>,
  of: Resource,
  id: string,
): Promise<SpokenRecord> {
  const reader = recordReader(of, { fields: grantedFields(context.who, of), relations: [] })
  const [row] = await tx.rows(reader.query, { id })
  if (!row) throw problem('not-found')
  await disclose(context, reader.pupilsOf(row), reader.fieldGroups)
  return { json: reader.encode(row), etag: recordTag(reader, row) }
}

/** Everything a record holds, whatever the caller may see: what a change is compared with. */
export async function wholeRecord(tx: Tx, of: Resource, id: string): Promise<Record<string, unknown>> {
  const everything: Selection = { fields: Object.keys(of.row.properties), relations: [] }
  const reader = recordReader(of, everything)
  const [row] = await tx.rows(reader.query, { id })
  if (!row) throw problem('not-found')
  return JSON.parse(reader.encode(row)) as Record<string, unknown>
}

/** Locks the record until the transaction ends and holds its version against If-Match; throws 404 or 412. */
export async function lockRecord(
  tx: Tx,
  of: Resource,
  id: string,
  required: ReadonlySet<number> | 'any',
): Promise<void> {
  const [row] = await tx.rows(lockStatement(of), { id })
  if (!row) throw problem('not-found')
  requireMatch(required, Number(row[0]))
}

const locks = new WeakMap<Resource, ReturnType<typeof compile>>()

function lockStatement(of: Resource) {
  const known = locks.get(of)
  if (known) return known
  const { table } = of.view
  const made = compile(
    sql`select ${table.version} from ${table.id.table} where ${table.schoolId} = ${sql.placeholder('school')} and ${table.id} = ${sql.placeholder('id')} for update`,
  )
  locks.set(of, made)
  return made
}

/** Whom the states of a record concern, for the change log: a record may pass from one pupil to another. */
export function concernedBy(
  of: Resource,
  ...states: readonly Record<string, unknown>[]
): Pick<Change, 'pupilIds' | 'groupId' | 'staffId'> {
  const { pupilField } = of
  const ids = pupilField === undefined ? [] : states.map((state) => state[pupilField])
  const pupilIds = [...new Set(ids.filter((id) => typeof id === 'string'))]
  const { groupId, staffId } = states[0] ?? {}
  return {
    ...(pupilIds.length > 0 && { pupilIds }),
    ...(typeof groupId === 'string' && { groupId }),
    ...(typeof staffId === 'string' && { staffId }),
  }
}
