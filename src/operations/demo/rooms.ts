import { departments, type RoomKind, roomStock } from './curriculum.ts'
import { idsFrom } from './ids.ts'
import { at } from './random.ts'
import type { RoomRow } from './rows.ts'
import type { StaffPlan } from './staff.ts'

export interface Rooms {
  rows: RoomRow[]
  kinds: RoomKind[]
  /** Room (as an index) that a teacher works in where it can be had, by staff index. */
  homes: Map<number, number>
}

export function roomsOf(seed: number, staff: readonly StaffPlan[], day: string): Rooms {
  const id = idsFrom(seed, 'rooms', day)
  const stock = roomStock.flatMap(([kind, prefix, name, count, capacity]) =>
    Array.from({ length: count }, (_, place) => ({
      kind,
      row: {
        id: id(),
        code: `${prefix}${place + 1}`,
        name: `${name} ${place + 1}`,
        capacity,
        isActive: true,
      },
    })),
  )
  const kinds = stock.map(({ kind }) => kind)
  return { rows: stock.map(({ row }) => row), kinds, homes: homesOf(staff, kinds) }
}

/** A room of the department's kind for each teacher, as long as there are any. */
function homesOf(staff: readonly StaffPlan[], kinds: readonly RoomKind[]): Map<number, number> {
  const homes = new Map<number, number>()
  const given = new Set<number>()
  for (const [teacher, { department }] of staff.entries()) {
    const wanted = departments.find(({ code }) => code === department)?.rooms
    const room = kinds.findIndex((kind, place) => kind === wanted && !given.has(place))
    if (wanted === undefined || room < 0) continue
    given.add(room)
    homes.set(teacher, room)
  }
  return homes
}

/** Rooms that a class without a home may use, the most ordinary first. */
const ordinary: readonly RoomKind[] = ['classroom', 'computing', 'studio', 'drama', 'music', 'laboratory']

/** A room for each of the teachers who teach at one time: homes first, then what is left. */
export function shareRooms({ kinds, homes }: Rooms, teachers: readonly number[]): Map<number, number> {
  const shared = new Map<number, number>()
  for (const teacher of teachers) {
    const home = homes.get(teacher)
    if (home !== undefined) shared.set(teacher, home)
  }
  const used = new Set(shared.values())
  const free = ordinary.flatMap((wanted) =>
    kinds.flatMap((kind, place) => (kind === wanted && !used.has(place) ? [place] : [])),
  )
  for (const [place, teacher] of teachers.filter((one) => !shared.has(one)).entries())
    shared.set(teacher, at(free, place))
  return shared
}
