import type { Mount } from '../../foundation/http/mount.ts'
import { change } from '../../foundation/resource/mounts/change.ts'
import { create } from '../../foundation/resource/mounts/create.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import { plain } from '../../foundation/resource/rows.ts'
import { behaviourEvent } from './queries.ts'
import { BehaviourEventChange, NewBehaviourEvent } from './schema.ts'
import { behaviourEvents } from './table.ts'

const stored = plain(behaviourEvents)

export const behaviourRoutes = (): Mount[] => [
  list(behaviourEvent),
  read(behaviourEvent),
  create(behaviourEvent, { body: NewBehaviourEvent, insert: stored.insert }),
  change(behaviourEvent, { body: BehaviourEventChange, update: stored.update }),
  remove(behaviourEvent, stored.erase),
]
