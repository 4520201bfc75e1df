import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import { type Database, readTogether, systemActor, writeInSchool } from '../../foundation/db/transaction.ts'
import { problem } from '../../foundation/http/problems.ts'
import type { Sight, Sighted } from './sight.ts'

const value = (name: string) => sql.placeholder(name)

const insertSight = compile(
  sql`insert into feed_sights (school_id, id, sight, used_at)
      values (${value('school')}, ${value('id')}, ${value('sight')}::jsonb, ${value('at')}::timestamptz)
      on conflict (school_id, id) do update set used_at = excluded.used_at`,
)
const readSights = compile(
  sql`select id, sight from feed_sights where school_id = ${value('school')} and id = any(${value('ids')}::text[])`,
)
const dropSights = compile(
  sql`delete from feed_sights where school_id = ${value('school')} and used_at < ${value('before')}::timestamptz`,
)

interface Known {
  sight: Sight
  /** Day on which it was last noted as used. */
  day: string
}

/** Sights are kept as long as any cursor may name them; those of this process lately in memory. */
const mostKnown = 2_000
const known = new Map<string, Known>()

function remember(key: string, one: Known): void {
  if (known.size >= mostKnown) known.delete(known.keys().next().value as string)
  known.set(key, one)
}

/** Stores a sight before a cursor with it is given out. */
export async function keepSight(db: Database, schoolId: string, { id, sight }: Sighted): Promise<void> {
  const key = `${schoolId} ${id}`
  const at = db.clock.now().toISOString()
  const day = at.slice(0, 10)
  if (known.get(key)?.day === day) return
  await writeInSchool(db, systemActor(schoolId, 'feed'), (tx) =>
    tx.rows(insertSight, { id, sight: JSON.stringify(sight), at }),
  )
  remember(key, { sight, day })
}

/** The sights that a cursor names; 410 when one of them is too old to be known. */
export async function findSights(db: Database, schoolId: string, ids: readonly string[]): Promise<Sight[]> {
  const missing = ids.filter((id) => !known.has(`${schoolId} ${id}`))
  if (missing.length > 0) {
    const [rows = []] = await readTogether(db, systemActor(schoolId, 'feed'), [
      { query: readSights, values: { ids: missing } },
    ])
    for (const [id, sight] of rows)
      remember(`${schoolId} ${id}`, { sight: JSON.parse(sight as string), day: '' })
  }
  return ids.map((id) => {
    const found = known.get(`${schoolId} ${id}`)
    if (!found) throw problem('cursor-expired')
    return found.sight
  })
}

/** Forgets sights that no living cursor can name. */
export async function purgeSights(db: Database, schoolId: string, before: string): Promise<void> {
  await writeInSchool(db, systemActor(schoolId, 'feed'), (tx) => tx.rows(dropSights, { before }))
}
