import { bands, formLetters } from './curriculum.ts'
import type { PupilPlan } from './pupils.ts'
import { at, of, type Random, randomFrom } from './random.ts'
import { type Block, formIndex, type TeachingGroup } from './teaching.ts'

/** Where a pupil belongs: a form (0 to 29) and one group of every block that the form has. */
export interface Placement {
  pupil: PupilPlan
  form: number
  groups: Map<Block, TeachingGroup>
}

/** Shares of a band in its first and second set; the third is the smallest, since it needs most help. */
const setShares = [0.36, 0.7]
/** Pupils in an option group beyond which no other is let in. */
const fullGroup = 29

/** Forms are mixed in sex and ability, sets go by ability in the subject, options by choice. */
export function placePupils(
  seed: number,
  pupils: readonly PupilPlan[],
  blocks: readonly Block[],
): Placement[] {
  const random = randomFrom(seed, 'placement')
  return [7, 8, 9, 10, 11].flatMap((yearGroup) => {
    const ofYear = pupils.filter((pupil) => pupil.yearGroup === yearGroup)
    const placed = dealIntoForms(random, ofYear, yearGroup)
    for (const block of blocks)
      if (block.yearGroup === yearGroup)
        fill(
          random,
          block,
          placed.filter(({ form }) => block.forms.includes(form)),
        )
    return placed
  })
}

function dealIntoForms(random: Random, pupils: readonly PupilPlan[], yearGroup: number): Placement[] {
  const dealt = random
    .shuffled(pupils)
    .sort((a, b) => (a.person.sex ?? '').localeCompare(b.person.sex ?? '', 'en'))
  return dealt.map((pupil, place) => ({
    pupil,
    form: formIndex(yearGroup, place % formLetters.length),
    groups: new Map(),
  }))
}

function fill(random: Random, block: Block, placements: readonly Placement[]): void {
  if (block.kind === 'option') {
    fillOptions(random, block, placements)
    return
  }
  // Physical education is not set by what a pupil does in the classroom.
  const weight = block.subject === 'PE' ? 0 : 1
  const strength = new Map(
    placements.map((one) => [one, weight * one.pupil.traits.ability + 0.5 * random.normal()] as const),
  )
  const ranked = [...placements].sort((a, b) => of(strength, b) - of(strength, a))
  for (const [place, one] of ranked.entries()) {
    const share = place / ranked.length
    const set = block.groups.length === 1 ? 0 : setShares.filter((border) => share >= border).length
    one.groups.set(block, at(block.groups, set))
  }
}

/** Everybody takes a subject that they do not have yet, as they like it and as there is room. */
function fillOptions(random: Random, block: Block, placements: readonly Placement[]): void {
  const sizes = new Map(block.groups.map((group) => [group, 0]))
  for (const one of random.shuffled(placements)) {
    const chosen = new Set([...one.groups.values()].map((group) => group.subject))
    const free = block.groups.filter((group) => !chosen.has(group.subject))
    const open = free.filter((group) => of(sizes, group) < fullGroup)
    const wanted = random.weighted(
      (open.length > 0 ? open : free).map((group) => [group, wish(one, group) / (20 + of(sizes, group))]),
    )
    sizes.set(wanted, of(sizes, wanted) + 1)
    one.groups.set(block, wanted)
  }
}

/** Separate sciences are for the ablest. */
function wish({ pupil }: Placement, group: TeachingGroup): number {
  if (group.subject !== 'TS') return 1
  return pupil.traits.ability > 0.4 ? 4 : 0.05
}

/** The forms that share their bands with a form, itself left out. */
export function neighboursOf(form: number): number[] {
  const yearGroup = 7 + Math.floor(form / formLetters.length)
  const band = bands.find(({ forms }) => forms.some((place) => formIndex(yearGroup, place) === form))
  return (band?.forms ?? []).map((place) => formIndex(yearGroup, place)).filter((other) => other !== form)
}
