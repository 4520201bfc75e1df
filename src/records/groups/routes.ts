import type { Static } from '@sinclair/typebox'
import type { Tx } from '../../foundation/db/transaction.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { type BatchOutcome, batch } from '../../foundation/resource/mounts/batch.ts'
import { change } from '../../foundation/resource/mounts/change.ts'
import { create } from '../../foundation/resource/mounts/create.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import { newId, plain } from '../../foundation/resource/rows.ts'
import { group, membership } from './queries.ts'
import { GroupChange, MembershipChange, NewGroup, NewMembership } from './schema.ts'
import { groups, memberships } from './table.ts'

const storedGroups = plain(groups)
const storedMemberships = plain(memberships)

async function insertMemberships(tx: Tx, items: Static<typeof NewMembership>[]): Promise<BatchOutcome[]> {
  const updatedAt = tx.clock.now().toISOString()
  const rows = items.map((item) => ({ ...item, schoolId: tx.schoolId, id: newId(), updatedAt }))
  await tx.orm.insert(memberships).values(rows)
  return rows.map(({ id, pupilId }) => ({ id, action: 'created', pupilId: pupilId ?? undefined }))
}

export const groupRoutes = (): Mount[] => [
  list(group),
  read(group),
  create(group, { body: NewGroup, insert: storedGroups.insert }),
  change(group, { body: GroupChange, update: storedGroups.update }),
  remove(group, storedGroups.erase),
  list(membership),
  read(membership),
  create(membership, { body: NewMembership, insert: storedMemberships.insert }),
  change(membership, { body: MembershipChange, update: storedMemberships.update }),
  remove(membership, storedMemberships.erase),
  batch(membership, {
    body: NewMembership,
    insert: insertMemberships,
    insertOne: storedMemberships.insert,
    summary: 'Create many memberships',
    description: 'Puts up to 1,000 pupils and staff into groups.',
  }),
]
