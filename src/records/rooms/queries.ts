import { resource } from '../../foundation/resource/resource.ts'
import { Room, RoomFilter } from './schema.ts'
import { rooms } from './table.ts'

export const room = resource({
  path: '/rooms',
  one: 'Room',
  phrase: 'a room',
  scope: 'rooms',
  row: Room,
  filter: RoomFilter,
  view: {
    table: rooms,
    fields: {
      id: rooms.id,
      updatedAt: rooms.updatedAt,
      code: rooms.code,
      name: rooms.name,
      capacity: rooms.capacity,
      isActive: rooms.isActive,
    },
    sorts: { code: rooms.code, name: rooms.name },
  },
})
