import type { ResourceSight, Sight, Subjects } from './sight.ts'

/** A step on the way from what a copy may hold to what it shall hold. */
export type Step =
  /** Everything of a resource is to be forgotten. */
  | { kind: 'left'; resource: string }
  /** Fields of every record of a resource are to be forgotten. */
  | { kind: 'left'; resource: string; fields: string[] }
  /** Every record of a resource about some subjects is to be forgotten. */
  | { kind: 'left'; resource: string; subjects: string[] }
  /** Records of a resource come in: all of them, or those about some subjects. */
  | { kind: 'entered'; resource: string; subjects: string[] | undefined }

/** One resource as a copy may hold it, and as it shall be held. */
interface Change {
  resource: string
  held: { fields: string[]; subjects: Subjects }[]
  isAlwaysHeld: boolean
  wanted: { fields: string[]; subjects: Subjects } | undefined
}

/**
 * What a copy that was made under some of the sights `from` must forget and take in to be one of `into`: first everything
 * that leaves, then everything that enters, so that it holds at no time what may not be seen any more.
 */
export function stepsBetween(from: readonly Sight[] | 'anything', into: Sight): Step[] {
  if (from === 'anything') return Object.keys(into.resources).sort().flatMap(anew)
  const names = new Set([
    ...from.flatMap((sight) => Object.keys(sight.resources)),
    ...Object.keys(into.resources),
  ])
  const steps = [...names].sort().flatMap((resource) => {
    const held = from.flatMap((sight) => heldIn(sight, resource))
    const [wanted] = heldIn(into, resource)
    return stepsOf({ resource, held, isAlwaysHeld: held.length === from.length, wanted })
  })
  return [...steps.filter(({ kind }) => kind === 'left'), ...steps.filter(({ kind }) => kind === 'entered')]
}

function heldIn(sight: Sight, resource: string) {
  const of: ResourceSight | undefined = sight.resources[resource]
  return of ? [{ fields: of.fields, subjects: sight.subjects[of.subjects] as Subjects }] : []
}

function stepsOf({ resource, held, isAlwaysHeld, wanted }: Change): Step[] {
  if (!wanted) return [{ kind: 'left', resource }]
  if (!isAlwaysHeld) {
    const dropped: Step[] = held.length > 0 ? [{ kind: 'left', resource }] : []
    return [...dropped, { kind: 'entered', resource, subjects: undefined }]
  }
  const moves = held.map(({ subjects }) => moveBetween(subjects, wanted.subjects))
  if (moves.some((move) => move === 'anew')) return anew(resource)
  const known = moves as { lost: string[]; gained: string[] }[]
  const lost = union(known.map((move) => move.lost))
  const gained = union(known.map((move) => move.gained))
  const forgotten = union(held.map(({ fields }) => without(fields, wanted.fields)))
  const hasNewFields = held.some(({ fields }) => without(wanted.fields, fields).length > 0)
  return [
    ...(forgotten.length > 0 ? [{ kind: 'left' as const, resource, fields: forgotten }] : []),
    ...(lost.length > 0 ? [{ kind: 'left' as const, resource, subjects: lost }] : []),
    ...(hasNewFields ? [{ kind: 'entered' as const, resource, subjects: undefined }] : []),
    ...(!hasNewFields && gained.length > 0 ? [{ kind: 'entered' as const, resource, subjects: gained }] : []),
  ]
}

/** A resource is forgotten and taken in again. */
const anew = (resource: string): Step[] => [
  { kind: 'left', resource },
  { kind: 'entered', resource, subjects: undefined },
]

/** Subjects lost and gained; `anew` where one side cannot be listed. */
function moveBetween(before: Subjects, after: Subjects): { lost: string[]; gained: string[] } | 'anew' {
  if (before.kind === 'only' && after.kind === 'only')
    return { lost: without(before.ids, after.ids), gained: without(after.ids, before.ids) }
  if (before.kind === 'only' || after.kind === 'only') return 'anew'
  const [hiddenBefore, hiddenAfter] = [before, after].map((each) => (each.kind === 'but' ? each.ids : []))
  return {
    lost: without(hiddenAfter ?? [], hiddenBefore ?? []),
    gained: without(hiddenBefore ?? [], hiddenAfter ?? []),
  }
}

function without(values: readonly string[], others: readonly string[]): string[] {
  const gone = new Set(others)
  return values.filter((value) => !gone.has(value))
}

const union = (lists: readonly string[][]): string[] => [...new Set(lists.flat())].sort()
