/** What may be told: by topic, whose scope and reach hold for it. */
export const kinds = {
  late: 'attendance',
  'reason-needed': 'attendance',
  'result-published': 'assessment',
  'target-met': 'assessment',
  'lesson-changed': 'timetable',
} as const

export type Kind = keyof typeof kinds
export type Topic = (typeof kinds)[Kind]
export const topics: readonly Topic[] = ['attendance', 'assessment', 'timetable']

export const audiences = ['guardian', 'pupil', 'tutor'] as const
export type Audience = (typeof audiences)[number]

/** A fact, before it is known whom to tell. */
export interface Fact {
  kind: Kind
  pupilId: string
  resource: string
  recordId: string
  facts: Readonly<Record<string, string | number | null>>
  happenedAt: string
  /** From when on families may know it; null never. Staff may at once. */
  publishesAt: string | null
}

export interface Recipient {
  audience: Audience
  pupilId: string
  personId: string
}

export interface Told extends Fact {
  topic: Topic
  audience: Audience
  personId: string
  visibleAt: string
}

/** Who is told what: whom the school's rules name, of those who belong to the pupil. */
export function toldTo(
  facts: readonly Fact[],
  recipients: readonly Recipient[],
  isOn: (kind: Kind, audience: Audience) => boolean,
): Told[] {
  const byPupil = Map.groupBy(recipients, ({ pupilId }) => pupilId)
  return facts.flatMap((fact) =>
    (byPupil.get(fact.pupilId) ?? []).flatMap(({ audience, personId }): Told[] => {
      if (!isOn(fact.kind, audience)) return []
      const visibleAt = audience === 'tutor' ? fact.happenedAt : fact.publishesAt
      if (visibleAt === null) return []
      return [{ ...fact, topic: kinds[fact.kind], audience, personId, visibleAt }]
    }),
  )
}

export interface Hours {
  quietFrom: string | null
  quietUntil: string | null
  digestAt: string | null
}

/** Local day and time of an instant, and back (foundation/time/clock.ts). */
export interface LocalTime {
  of(instant: string): { date: string; time: string }
  at(date: string, time: string): string
  nextDay(date: string): string
}

/** When a fact may be written about: at the next digest, or at once, but not in the quiet hours. */
export function mailTime(
  visibleAt: string,
  { quietFrom, quietUntil, digestAt }: Hours,
  local: LocalTime,
): string {
  const { date, time } = local.of(visibleAt)
  if (digestAt !== null) return local.at(time <= digestAt ? date : local.nextDay(date), digestAt)
  if (quietFrom === null || quietUntil === null) return visibleAt
  const isOvernight = quietFrom > quietUntil
  const isQuiet = isOvernight
    ? time >= quietFrom || time < quietUntil
    : time >= quietFrom && time < quietUntil
  if (!isQuiet) return visibleAt
  return local.at(isOvernight && time >= quietFrom ? local.nextDay(date) : date, quietUntil)
}
