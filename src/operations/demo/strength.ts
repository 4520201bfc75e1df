import type { Scale } from './aspects.ts'
import { subjectList } from './curriculum.ts'
import type { Milestone } from './milestones.ts'
import type { PupilPlan } from './pupils.ts'
import { type Random, randomFrom } from './random.ts'

/** How good a pupil is in each subject: mean about 0, mostly the pupil's ability and partly a liking of their own. */
export function strengthsOf(seed: number, { row, traits }: PupilPlan): Map<string, number> {
  const random = randomFrom(seed, `strength/${row.id}`)
  return new Map(
    subjectList.map(([code]) => [
      code,
      0.9 * traits.ability + 0.2 * traits.diligence + 0.45 * random.normal(),
    ]),
  )
}

type Kind = Milestone['kind']

/** How far below the final grade pupils work at a milestone, by their year group at the time. */
const gcseLag: Record<Kind, readonly [number, number]> = {
  baseline: [0, 0],
  summer: [1.2, 1.2],
  autumn: [1.6, 0.9],
  spring: [1.3, 0.4],
}
const ks3Gain: Record<Kind, number> = { baseline: 0, summer: -0.15, autumn: -0.2, spring: 0.15 }

/** Lowest and highest value of a scale, what an average pupil reaches in the end, and how far apart pupils are. */
const shapes: Record<Scale, { least: number; most: number; mean: number; spread: number }> = {
  GCSE: { least: 0, most: 9, mean: 4.9, spread: 1.6 },
  KS3: { least: 1, most: 5, mean: 3.1, spread: 0.75 },
}

function fit(scale: Scale, value: number): number {
  const { least, most } = shapes[scale]
  return Math.max(least, Math.min(most, Math.round(value)))
}

/** What a pupil's work is worth at a milestone (type R). */
export function workingAt(
  random: Random,
  scale: Scale,
  strength: number,
  kind: Kind,
  isYear11: boolean,
): number {
  const { mean, spread } = shapes[scale]
  const lag = scale === 'GCSE' ? gcseLag[kind][isYear11 ? 1 : 0] : -ks3Gain[kind]
  return fit(scale, mean + spread * strength - lag + 0.35 * random.normal())
}

/** What the teacher expects in the end (type P). */
export function predicted(random: Random, scale: Scale, strength: number): number {
  const { mean, spread } = shapes[scale]
  return fit(scale, mean + spread * strength + 0.35 * random.normal())
}

/** A target (type T) asks a little more than the ability on entry promises, and is never the lowest grade. */
export function target(scale: Scale, ability: number): number {
  const { least, mean, spread } = shapes[scale]
  return Math.max(least + 1, fit(scale, mean + 0.6 * (spread / 1.6) + 0.9 * spread * ability))
}
