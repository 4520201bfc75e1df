import { daysBetween, type Session, weekday } from '../../foundation/time/days.ts'
import {
  blank,
  countMarks,
  emptyYear,
  type MarkChange,
  packCode,
  positionOf,
  writeMarks,
} from '../../records/attendance/packing.ts'
import { attendanceFrom, habitsOf, type SchoolDay } from './absence.ts'
import { type Calendar, instantAt } from './calendar.ts'
import type { Groups } from './groups.ts'
import { idsFrom } from './ids.ts'
import type { Move } from './moves.ts'
import { outingsOf } from './outings.ts'
import type { Placement } from './placement.ts'
import { at, randomFrom } from './random.ts'
import type {
  AttendanceActRow,
  AttendanceSettingsRow,
  AttendanceYearRow,
  MarkEntryRow,
  RegisterRow,
} from './rows.ts'
import type { StaffPlan } from './staff.ts'

export interface Attendance {
  years: AttendanceYearRow[]
  registers: RegisterRow[]
  /** One for each register: when it was taken and by whom. */
  acts: AttendanceActRow[]
  /** Of marks with minutes. */
  entries: MarkEntryRow[]
}

interface Plan {
  calendar: Calendar
  today: string
  staff: readonly StaffPlan[]
  groups: Groups
  placements: readonly Placement[]
  moves: ReadonlyMap<Placement, Move>
}

const sessions: readonly Session[] = ['AM', 'PM']

/** Registration is at 08:40 and 13:55 from Monday to Friday. */
export const attendanceSettings: AttendanceSettingsRow = {
  openMinutes: 30,
  opensAt: [1, 2, 3, 4, 5].flatMap((day) => [
    { weekday: day, session: 'AM', opensAt: '08:40' },
    { weekday: day, session: 'PM', opensAt: '13:55' },
  ]),
  exceptions: [],
  derivesFrom: 'nothing',
}
/** Shares of absences whose reason is not known yet, by school days that have passed: yesterday's first. */
const unexplained = [0.4, 0.25, 0.15, 0.08, 0.04]

/** Registers of every form and session from the first school day up to yesterday, with a mark for everybody. */
export function attendanceOf(seed: number, plan: Plan): Attendance {
  const past = plan.calendar.schoolDays
    .filter((date) => date < plan.today)
    .map((date, place) => ({ date, place, weekday: weekday(date), month: Number(date.slice(5, 7)) }))
  const registers = registersOf(seed, plan, past)
  const acts = actsOf(seed, plan, registers)
  const entries: MarkEntryRow[] = []
  const years = plan.placements.map((one) => yearOf(seed, plan, { one, past, acts, entries }))
  return { years, registers, acts, entries }
}

type PastDay = SchoolDay & { date: string }

/** In the order of days, sessions and forms, so that a register is found by its place. */
function registersOf(seed: number, { groups, staff }: Plan, past: readonly PastDay[]): RegisterRow[] {
  const random = randomFrom(seed, 'registers')
  const id = idsFrom(seed, 'registers', past[0]?.date ?? '2000-01-01')
  const tutors = groups.forms.map((_, form) => staff.find((plan) => plan.form === form)?.row.code ?? null)
  return past.flatMap(({ date }) =>
    sessions.flatMap((session) =>
      groups.forms.map((groupId, form) => ({
        id: id(),
        kind: 'session',
        date,
        session,
        groupId,
        entryId: null,
        lessonOn: null,
        takenAt:
          session === 'AM'
            ? instantAt(date, 8, random.between(41, 57))
            : instantAt(date, 14, random.between(1, 5)),
        takenBy: at(tutors, form),
        lessonPupilIds: null,
        lessonMarks: null,
      })),
    ),
  )
}

/** In the order of the registers. */
function actsOf(
  seed: number,
  { groups, staff }: Plan,
  registers: readonly RegisterRow[],
): AttendanceActRow[] {
  const id = idsFrom(seed, 'acts', registers[0]?.date ?? '2000-01-01')
  const tutors = groups.forms.map((_, form) => staff.find((plan) => plan.form === form))
  return registers.map((register, place) => {
    const tutor = tutors[place % groups.forms.length]
    return {
      id: id(),
      kind: 'taken',
      registerId: register.id,
      startsOn: null,
      endsOn: null,
      reason: null,
      actedAt: register.takenAt as string,
      actor: register.takenBy as string,
      name: tutor ? `${tutor.person.legalGivenName} ${tutor.person.legalFamilyName}` : null,
      position: tutor?.row.role ?? null,
      deviceAt: null,
    }
  })
}

interface Work {
  one: Placement
  past: readonly PastDay[]
  acts: readonly AttendanceActRow[]
  entries: MarkEntryRow[]
}

function yearOf(seed: number, plan: Plan, work: Work): AttendanceYearRow {
  const { startsOn, endsOn, id } = plan.calendar.year
  const empty = emptyYear(daysBetween(startsOn, endsOn) + 1)
  const { marks } = writeMarks(empty, marksOf(seed, plan, work))
  return { academicYearId: id, pupilId: work.one.pupil.row.id, startsOn, marks, ...countMarks(marks) }
}

function marksOf(seed: number, plan: Plan, { one, past, acts, entries }: Work): MarkChange[] {
  const { pupil } = one
  const random = randomFrom(seed, `attendance/${pupil.row.id}`)
  const unknown = randomFrom(seed, `unexplained/${pupil.row.id}`)
  const habits = habitsOf(random, pupil.traits, outingsOf(random, pupil.yearGroup))
  const attend = attendanceFrom(random, habits)
  const changes: MarkChange[] = []
  for (const day of past) {
    if (day.date < pupil.enrolledOn || (pupil.leftOn !== null && day.date >= pupil.leftOn)) continue
    const { codes, minutesLate } = attend(day)
    const share = unexplained[past.length - 1 - day.place] ?? 0
    const isUnexplained = share > 0 && unknown.chance(share)
    const form = formOn(one, plan.moves.get(one), day.date)
    for (const [nth, session] of sessions.entries()) {
      const code = at(codes, nth)
      const written = isUnexplained && (code === 'I' || code === 'O') ? 'N' : code
      changes.push({ position: positionOf(plan.calendar.year.startsOn, day.date, session), code: written })
      const minutes = minutesLate[nth] ?? null
      if (minutes === null) continue
      const act = at(acts, (day.place * 2 + nth) * plan.groups.forms.length + form)
      entries.push({
        pupilId: pupil.row.id,
        date: day.date,
        session,
        actId: act.id,
        lessonRegisterId: null,
        was: blank,
        becomes: packCode(written),
        minutesLate: minutes,
        comment: null,
      })
    }
  }
  return changes
}

function formOn({ form }: Placement, move: Move | undefined, date: string): number {
  return move && move.form !== null && date >= move.on ? move.form : form
}
