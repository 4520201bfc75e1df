import type { Groups } from './groups.ts'
import { idsFrom } from './ids.ts'
import type { Move } from './moves.ts'
import type { Placement } from './placement.ts'
import { at, of } from './random.ts'
import type { AcademicYearRow, MembershipRow } from './rows.ts'
import type { StaffPlan } from './staff.ts'

interface Cast {
  year: AcademicYearRow
  groups: Groups
  placements: readonly Placement[]
  moves: ReadonlyMap<Placement, Move>
  staff: readonly StaffPlan[]
}

/** Who is in which group from when until when: pupils first, then tutors, heads of year, teachers and assistants. */
export function membershipsOf(seed: number, cast: Cast): MembershipRow[] {
  const id = idsFrom(seed, 'memberships', cast.year.startsOn)
  const stays = cast.placements.flatMap((one) => staysOf(one, cast))
  return [...stays, ...staffStays(cast)].map((stay) => ({ id: id(), ...stay }))
}

type Stay = Omit<MembershipRow, 'id'>

function staysOf(one: Placement, { year, groups, moves }: Cast): Stay[] {
  const { pupil, form } = one
  const move = moves.get(one)
  const isNewcomer = pupil.enrolledOn > year.startsOn
  const validFrom = isNewcomer ? pupil.enrolledOn : year.startsOn
  const validUntil = pupil.leftOn
  const whole = { pupilId: pupil.row.id, staffId: null, role: 'pupil', validFrom, validUntil }
  const stay = (groupId: string, next: string | undefined): Stay[] =>
    move && next !== undefined
      ? [
          { ...whole, groupId, validUntil: move.on },
          { ...whole, groupId: next, validFrom: move.on },
        ]
      : [{ ...whole, groupId }]
  const nextForm = move?.form === null || move === undefined ? undefined : at(groups.forms, move.form)
  return [
    { ...whole, groupId: at(groups.houses, pupil.family.house), validFrom: pupil.enrolledOn },
    { ...whole, groupId: of(groups.years, pupil.yearGroup) },
    ...stay(at(groups.forms, form), nextForm),
    ...[...one.groups].flatMap(([block, group]) => {
      const next = move?.groups.get(block)
      return stay(of(groups.teaching, group), next && of(groups.teaching, next))
    }),
  ]
}

function staffStays({ year, groups, staff }: Cast): Stay[] {
  const stay = (groupId: string, plan: StaffPlan, role: string): Stay => ({
    groupId,
    pupilId: null,
    staffId: plan.row.id,
    role,
    validFrom: year.startsOn,
    validUntil: null,
  })
  const assistants = staff.filter((plan) => plan.row.role === 'Teaching Assistant')
  // Each assistant helps in the third sets of one kind, in mathematics and science of years 7 to 9.
  const helped = [...groups.teaching].filter(
    ([group]) => group.yearGroup <= 9 && /-(MA|SC)3$/.test(group.code),
  )
  return [
    ...staff.flatMap((plan) =>
      plan.form === null ? [] : [stay(at(groups.forms, plan.form), plan, 'tutor')],
    ),
    ...staff.flatMap((plan) =>
      plan.yearGroup === null ? [] : [stay(of(groups.years, plan.yearGroup), plan, 'tutor')],
    ),
    ...[...groups.teaching].map(([group, id]) => stay(id, at(staff, group.teacher), 'teacher')),
    ...helped.map(([group, id]) => {
      const place = (group.code.includes('-MA') ? 0 : 2) + (group.code.includes('X') ? 0 : 1)
      return stay(id, at(assistants, place), 'assistant')
    }),
  ]
}
