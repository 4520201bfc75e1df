import type { Calendar } from './calendar.ts'
import { neighboursOf, type Placement } from './placement.ts'
import { at, type Random, randomFrom } from './random.ts'
import type { Block, TeachingGroup } from './teaching.ts'

/** A pupil changes group or form from a day; nobody moves twice. */
export interface Move {
  on: string
  /** New form, or null when it stays. */
  form: number | null
  groups: Map<Block, TeachingGroup>
}

const setMoves = 26
const formMoves = 4
/** School days of the year (from 0) on which pupils move. */
const firstMove = 15
const lastMove = 70

/** Moves up to `today` of pupils who were there before and stayed after. */
export function movesOf(
  seed: number,
  placements: readonly Placement[],
  blocks: readonly Block[],
  when: { calendar: Calendar; today: string },
): Map<Placement, Move> {
  const random = randomFrom(seed, 'moves')
  const movers = random.shuffled(placements).slice(0, setMoves + formMoves)
  const moves = movers.map((one, place): [Placement, Move] => {
    const on = at(when.calendar.schoolDays, random.between(firstMove, lastMove))
    return [one, place < formMoves ? toOtherForm(random, one, blocks, on) : toOtherSet(random, one, on)]
  })
  return new Map(
    moves.filter(
      ([{ pupil }, { on }]) =>
        on <= when.today && pupil.enrolledOn < on && (pupil.leftOn === null || pupil.leftOn > on),
    ),
  )
}

function toOtherSet(random: Random, { groups }: Placement, on: string): Move {
  const sets = [...groups].filter(([block]) => block.kind === 'band')
  const [block, from] = random.pick(sets)
  const set = block.groups.indexOf(from)
  const next = set === 1 && random.chance(0.5) ? 0 : set === 1 ? 2 : 1
  return { on, form: null, groups: new Map([[block, at(block.groups, next)]]) }
}

/** A neighbouring form has the same bands, so only what is taught to the form by itself changes. */
function toOtherForm(
  random: Random,
  { form, groups }: Placement,
  blocks: readonly Block[],
  on: string,
): Move {
  const next = random.pick(neighboursOf(form))
  const changed = new Map<Block, TeachingGroup>()
  for (const block of groups.keys()) {
    if (block.kind !== 'form') continue
    const other = blocks.find(
      (one) => one.kind === 'form' && one.subject === block.subject && at(one.forms, 0) === next,
    )
    if (other) changed.set(block, at(other.groups, 0))
  }
  return { on, form: next, groups: changed }
}
