import type { Calendar } from './calendar.ts'
import type { Groups } from './groups.ts'
import { idsFrom } from './ids.ts'
import { at, of, randomFrom } from './random.ts'
import { type Rooms, shareRooms } from './rooms.ts'
import type { EntryRow, SubjectRow } from './rows.ts'
import { schedule, slots, slotsPerDay } from './scheduler.ts'
import type { StaffPlan } from './staff.ts'
import type { Block, TeachingGroup } from './teaching.ts'

interface Plan {
  calendar: Calendar
  staff: readonly StaffPlan[]
  blocks: readonly Block[]
  groups: Groups
  rooms: Rooms
  subjects: readonly SubjectRow[]
}

/** Forms are the needs 0 to 29 of the scheduler, teachers come after them. */
const forms = 30

/** Every lesson of the two weeks and the registrations of every day. */
export function timetableOf(seed: number, plan: Plan): EntryRow[] {
  const id = idsFrom(seed, 'timetable', plan.calendar.year.startsOn)
  return [...registrations(plan), ...lessons(seed, plan)].map((entry) => ({ id: id(), ...entry }))
}

type Entry = Omit<EntryRow, 'id'>

function lessons(seed: number, plan: Plan): Entry[] {
  const activities = plan.blocks.map((block) => ({
    needs: [...block.forms, ...block.groups.map((group) => forms + group.teacher)],
    hours: block.hours,
  }))
  const held = Array.from({ length: slots }, (): { group: TeachingGroup; block: Block }[] => [])
  for (const [place, taken] of schedule(activities, randomFrom(seed, 'timetable')).entries())
    for (const slot of taken) {
      const block = at(plan.blocks, place)
      at(held, slot).push(...block.groups.map((group) => ({ group, block })))
    }
  const subjectIds = new Map(plan.subjects.map((subject) => [subject.code, subject.id]))
  return held.flatMap((groups, slot) => {
    const shared = shareRooms(
      plan.rooms,
      groups.map(({ group }) => group.teacher),
    )
    const periodId = periodIn(plan.calendar, slot)
    return groups.map(({ group, block }) => ({
      groupId: of(plan.groups.teaching, group),
      periodId,
      staffId: at(plan.staff, group.teacher).row.id,
      roomId: at(plan.rooms.rows, of(shared, group.teacher)).id,
      subjectId: of(subjectIds, group.subject),
      week: slot < slots / 2 ? 1 : 2,
      block: blockName(block),
      validFrom: plan.calendar.year.startsOn,
      validUntil: null,
      clashOverride: null,
    }))
  })
}

function blockName({ kind, yearGroup, subject }: Block): string | null {
  if (kind === 'form') return null
  return `Year ${yearGroup} ${kind === 'option' ? `option ${subject}` : subject}`
}

/** Slots 0 to 24 are the first week, day by day. */
function periodIn({ periods }: Calendar, slot: number): string {
  const weekday = 1 + (Math.floor(slot / slotsPerDay) % 5)
  const ofDay = periods.filter((period) => period.kind === 'lesson' && period.weekday === weekday)
  return at(ofDay, slot % slotsPerDay).id
}

/** A form meets its tutor twice a day, in every week, in the tutor's room. */
function registrations({ calendar, staff, groups, rooms }: Plan): Entry[] {
  const tutors = staff.flatMap((plan, place) => (plan.form === null ? [] : [place]))
  const shared = shareRooms(rooms, tutors)
  return calendar.periods
    .filter((period) => period.kind === 'registration')
    .flatMap((period) =>
      tutors.map((tutor) => ({
        groupId: at(groups.forms, at(staff, tutor).form ?? 0),
        periodId: period.id,
        staffId: at(staff, tutor).row.id,
        roomId: at(rooms.rows, of(shared, tutor)).id,
        subjectId: null,
        week: null,
        block: null,
        validFrom: calendar.year.startsOn,
        validUntil: null,
        clashOverride: null,
      })),
    )
}
