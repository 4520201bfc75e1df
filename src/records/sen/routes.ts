import type { TObject } from '@sinclair/typebox'
import type { Tx } from '../../foundation/db/transaction.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { change } from '../../foundation/resource/mounts/change.ts'
import { create } from '../../foundation/resource/mounts/create.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import type { Resource } from '../../foundation/resource/resource.ts'
import { plain } from '../../foundation/resource/rows.ts'
import { senNeed, senPlan, senStatus, senStrategy } from './queries.ts'
import { need, plan, status, strategy } from './schema.ts'
import { senNeeds, senPlans, senStrategies } from './table.ts'
import { deleteStatus, insertStatus, updateStatus } from './write.ts'

/** What is stored by its columns alone, unless it says how. */
function everything(
  of: Resource,
  { New, Change }: { New: TObject; Change: TObject },
  { insert, update, erase }: ReturnType<typeof plain>,
): Mount[] {
  return [
    list(of),
    read(of),
    create(of, { body: New, insert: (tx, body) => insert(tx, body as object) }),
    change(of, { body: Change, update }),
    remove(of, erase),
  ]
}

const statuses = {
  insert: (tx: Tx, body: object) => insertStatus(tx, body as { pupilId: string }),
  update: updateStatus,
  erase: deleteStatus,
}

export const senRoutes = (): Mount[] => [
  ...everything(senStatus, status, statuses),
  ...everything(senNeed, need, plain(senNeeds)),
  ...everything(senStrategy, strategy, plain(senStrategies)),
  ...everything(senPlan, plan, plain(senPlans)),
]
