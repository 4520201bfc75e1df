import type { Static } from '@sinclair/typebox'
import { eq, sql } from 'drizzle-orm'
import type { Tx } from '../../foundation/db/transaction.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { refuse } from '../../foundation/http/problems.ts'
import { change } from '../../foundation/resource/mounts/change.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { faultOfLaestab } from './identifiers.ts'
import { school } from './queries.ts'
import { SchoolChange } from './schema.ts'
import { schools } from './table.ts'

/** Schools are created and closed by those who run the installation (`mis schools`), not by a token of one school. */
export const schoolRoutes = (): Mount[] => [
  list(school),
  read(school),
  change(school, { body: SchoolChange, update: (tx, { change }) => updateSchool(tx, change) }),
]

async function updateSchool(tx: Tx, change: Static<typeof SchoolChange>): Promise<void> {
  const fault = change.laestab ? faultOfLaestab(change.laestab) : undefined
  refuse(fault === undefined ? [] : [{ path: '/laestab', message: fault }])
  const updatedAt = tx.clock.now().toISOString()
  await tx.orm
    .update(schools)
    .set({
      ...(change as Partial<typeof schools.$inferInsert>),
      updatedAt,
      version: sql`${schools.version} + 1`,
    })
    .where(eq(schools.schoolId, tx.schoolId))
}
