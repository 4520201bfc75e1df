import { addDays, eachDay, weekday } from '../../foundation/time/days.ts'
import { type Aspects, entryTests, readingAge, type Scale } from './aspects.ts'
import { type Calendar, instantAt } from './calendar.ts'
import { bands, curriculumOf, formLetters } from './curriculum.ts'
import { idsFrom } from './ids.ts'
import type { Milestone } from './milestones.ts'
import type { Move } from './moves.ts'
import type { Placement } from './placement.ts'
import { at, of, type Random, randomFrom } from './random.ts'
import type { AspectRow, ResultRow } from './rows.ts'
import type { StaffPlan } from './staff.ts'
import { predicted, strengthsOf, target, workingAt } from './strength.ts'
import type { TeachingGroup } from './teaching.ts'

interface Plan {
  calendar: Calendar
  today: string
  staff: readonly StaffPlan[]
  placements: readonly Placement[]
  moves: ReadonlyMap<Placement, Move>
  aspects: Aspects
  milestones: readonly Milestone[]
  /** Code of who records tests on entry and last year's results. */
  recorder: string
}

/** A result as it is found out, before it has a place in the list. */
interface Finding {
  aspect: string
  type: 'R' | 'P' | 'T'
  value: number
  recordedOn: string
  recordedBy: string
}

/** Everything recorded before today: tests and targets on entry, then what each milestone brings. */
export function resultsOf(seed: number, plan: Plan): ResultRow[] {
  const id = idsFrom(seed, 'results', plan.calendar.year.startsOn)
  return plan.milestones.flatMap((milestone) => {
    const days = recordingDays(seed, milestone)
    return plan.placements.flatMap((one) => {
      const { pupil } = one
      const random = randomFrom(seed, `${milestone.set.code}/${pupil.row.id}`)
      const findings =
        milestone.kind === 'baseline'
          ? onEntry(random, one, plan)
          : atMilestone(random, one, { plan, milestone, days, strengths: strengthsOf(seed, pupil) })
      return findings
        .filter(({ recordedOn }) => recordedOn < plan.today)
        .filter(({ recordedOn }) => pupil.leftOn === null || recordedOn < pupil.leftOn)
        .map((finding) => rowOf(id(), one, milestone, { finding, aspects: plan.aspects }))
    })
  })
}

function scaleOf(yearGroup: number): Scale {
  return yearGroup >= 10 ? 'GCSE' : 'KS3'
}

/** Groups of the pupil now that lead to results. */
function assessedGroups(one: Placement, move: Move | undefined): TeachingGroup[] {
  return [...one.groups]
    .map(([block, group]) => move?.groups.get(block) ?? group)
    .filter((group) => group.isAssessed)
}

/** Tests in the third week at the school, and a target for each subject. */
function onEntry(random: Random, one: Placement, { calendar, recorder, moves }: Plan): Finding[] {
  const { pupil } = one
  const { ability } = pupil.traits
  const day = addDays(pupil.enrolledOn, random.between(14, 20))
  const lastDay = `${calendar.startYear}-10-16`
  if (day > lastDay) return []
  const recorded = { recordedOn: day, recordedBy: recorder }
  const tests = entryTests.map(({ code, minimum, maximum }): Finding => {
    const middle = (minimum + maximum) / 2
    const value = Math.round(middle + 0.17 * (maximum - minimum) * (0.85 * ability + 0.45 * random.normal()))
    return { aspect: code, type: 'R', value: Math.max(minimum, Math.min(maximum, value)), ...recorded }
  })
  // Months: eleven years and a half for the average newcomer of year 7.
  const months = Math.round(138 + 20 * (0.8 * ability + 0.5 * random.normal()))
  const reading: Finding = {
    aspect: readingAge,
    type: 'R',
    value: Math.max(72, Math.min(204, months)),
    ...recorded,
  }
  const scale = scaleOf(pupil.yearGroup)
  const targets = assessedGroups(one, moves.get(one)).map(
    ({ subject }): Finding => ({
      aspect: `${scale}-${subject}`,
      type: 'T',
      value: target(scale, ability),
      ...recorded,
    }),
  )
  return [...tests, reading, ...targets]
}

interface Occasion {
  plan: Plan
  milestone: Milestone
  days: (code: string) => string
  strengths: ReadonlyMap<string, number>
}

function atMilestone(
  random: Random,
  one: Placement,
  { plan, milestone, days, strengths }: Occasion,
): Finding[] {
  const { kind, set } = milestone
  const { pupil } = one
  if (pupil.enrolledOn > set.closesOn) return []
  const then = kind === 'summer' ? pupil.yearGroup - 1 : pupil.yearGroup
  if (then < 7) return []
  const scale = scaleOf(then)
  const taught =
    kind === 'summer' && then < 10
      ? lastYear(one, plan)
      : assessedGroups(one, plan.moves.get(one)).map((group) => ({
          subject: group.subject,
          code: group.code,
          by: kind === 'summer' ? plan.recorder : at(plan.staff, group.teacher).row.code,
        }))
  return taught.flatMap(({ subject, code, by }): Finding[] => {
    const strength = of(strengths, subject)
    const common = { aspect: `${scale}-${subject}`, recordedOn: days(code), recordedBy: by }
    const work = workingAt(random, scale, strength, kind, then === 11)
    const result: Finding = { ...common, type: 'R', value: work }
    if (scale === 'KS3') return [result]
    return [result, { ...common, type: 'P', value: Math.max(work, predicted(random, scale, strength)) }]
  })
}

/** What years 7 to 9 were taught last year; forms and bands stay together as they move up. */
function lastYear({ form }: Placement, { recorder }: Plan) {
  const place = form % formLetters.length
  const band = bands.find(({ forms }) => forms.some((one) => one === place))
  const { inBands, inForms } = curriculumOf(7)
  return [...inBands, ...inForms]
    .filter((course) => course.isAssessed)
    .map((course) => (course.subject === 'ML' && band ? band.language : course.subject))
    .map((subject) => ({ subject, code: `last-${subject}`, by: recorder }))
}

/** A teacher records a group in one go, on a weekday while the set is open. */
function recordingDays(seed: number, { set }: Milestone): (code: string) => string {
  const days = eachDay(set.opensOn, addDays(set.closesOn, 1)).filter((date) => weekday(date) <= 5)
  const known = new Map<string, string>()
  return (code) => {
    const day = known.get(code) ?? randomFrom(seed, `recording/${set.code}/${code}`).pick(days)
    known.set(code, day)
    return day
  }
}

function rowOf(
  id: string,
  { pupil }: Placement,
  { set }: Milestone,
  { finding, aspects }: { finding: Finding; aspects: Aspects },
): ResultRow {
  const aspect = of(aspects.byCode, finding.aspect)
  const scale = aspect.code.startsWith('GCSE-') ? 'GCSE' : 'KS3'
  const version = aspect.type === 'grade' ? of(aspects.versionOf, scale) : null
  const grade = version?.grades.find(({ value }) => value === finding.value)
  return {
    id,
    pupilId: pupil.row.id,
    aspectId: aspect.id,
    resultSetId: set.id,
    type: finding.type,
    value: grade?.grade ?? written(aspect, finding.value),
    numericValue: finding.value,
    gradeSetVersionId: version?.id ?? null,
    recordedAt: instantAt(finding.recordedOn, 15, 40),
    recordedBy: finding.recordedBy,
  }
}

/** An age is written in years and months: 138 months are 11:06. */
function written({ type }: AspectRow, value: number): string {
  if (type !== 'age') return String(value)
  return `${Math.floor(value / 12)}:${String(value % 12).padStart(2, '0')}`
}
