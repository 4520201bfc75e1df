import { Type } from '@sinclair/typebox'
import { changeOf, Flag, nullable, recordFields, Text, Whole } from '../../foundation/resource/spoken.ts'

const fields = {
  code: Text('Short code of the room; unique in the school.', 'S12', 20),
  name: Text('Name of the room.', 'Science laboratory 12'),
  capacity: nullable(Whole('Pupils that fit.', 1, 2000, 30)),
  isActive: Flag('Whether the room is in use at present.', true),
}

export const Room = Type.Object({ ...recordFields, ...fields }, { title: 'Room' })
export const NewRoom = Type.Object(
  {
    code: fields.code,
    name: fields.name,
    capacity: Type.Optional(fields.capacity),
    isActive: Type.Optional(fields.isActive),
  },
  { additionalProperties: false },
)
export const RoomChange = changeOf(NewRoom)
export const RoomFilter = Type.Object({
  code: Type.Optional(fields.code),
  isActive: Type.Optional(fields.isActive),
})
