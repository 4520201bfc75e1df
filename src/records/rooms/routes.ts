import type { Mount } from '../../foundation/http/mount.ts'
import { change } from '../../foundation/resource/mounts/change.ts'
import { create } from '../../foundation/resource/mounts/create.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import { plain } from '../../foundation/resource/rows.ts'
import { room } from './queries.ts'
import { NewRoom, RoomChange } from './schema.ts'
import { rooms } from './table.ts'

const { insert, update, erase } = plain(rooms)

export const roomRoutes = (): Mount[] => [
  list(room),
  read(room),
  create(room, { body: NewRoom, insert }),
  change(room, { body: RoomChange, update }),
  remove(room, erase),
]
