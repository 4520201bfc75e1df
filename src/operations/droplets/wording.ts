import type { Kind } from './rules.ts'

/** What a person is told, in one sentence; times are local. */
export function sentenceOf(
  kind: Kind,
  name: string,
  facts: Readonly<Record<string, string | number | null>>,
): string {
  const day = typeof facts.date === 'string' ? dayOf(facts.date) : ''
  const session = facts.session === 'PM' ? 'afternoon' : 'morning'
  switch (kind) {
    case 'late':
      return `${name} was late on the ${session} of ${day}.`
    case 'reason-needed':
      return `${name} was not there on the ${session} of ${day}, and the school does not know why yet.`
    case 'result-published':
      return `${name} has a new result: ${facts.aspect}, ${facts.value}.`
    case 'target-met':
      return `${name} has met a target: ${facts.aspect}, ${facts.value} (target ${facts.target}).`
    case 'lesson-changed':
      return `A lesson of ${name} is different on ${day}: ${facts.group}, ${changes[String(facts.change)] ?? facts.change}.`
  }
}

const changes: Record<string, string> = {
  cancelled: 'cancelled',
  moved: 'moved',
  room: 'in another room',
  cover: 'with another teacher',
  exam: 'an exam',
}

const format = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  timeZone: 'UTC',
})
const dayOf = (date: string) => format.format(new Date(`${date}T00:00:00Z`))
