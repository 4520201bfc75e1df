import type { Static } from '@sinclair/typebox'
import type { Fault } from '../../../foundation/http/problems.ts'
import { codeOfArrival, faultOfMinutes } from '../rules.ts'
import { minutesOf, openingOf } from '../settings.ts'
import type { NewMark } from './mark-schema.ts'
import type { Standing } from './standing.ts'

/** A mark as it is to stand. */
export interface Wanted {
  pupilId: string
  code: string
  minutesLate: number | null
  comment: string | null
  /** Where it stands in the body. */
  path: string
}

type Sent = Static<typeof NewMark>

/** The marks of a body, with codes computed where a time of arrival was given, and what is wrong with them. */
export function wantedFrom(
  standing: Standing,
  marks: readonly Sent[],
): { wanted: Wanted[]; faults: Fault[] } {
  const faults: Fault[] = []
  const sent = new Set<string>()
  const wanted = marks.flatMap((mark, at) => {
    const path = `/marks/${at}`
    const say = (name: string, message: string) => faults.push({ path: `${path}/${name}`, message })
    if (sent.has(mark.pupilId)) say('pupilId', 'This pupil is marked twice.')
    else if (!standing.expected.has(mark.pupilId))
      say('pupilId', `The pupil was not in the group on ${standing.register.date}.`)
    sent.add(mark.pupilId)
    const arrival = arrivalOf(standing, mark, say)
    const code = arrival?.code ?? mark.code
    if (code === undefined) {
      if (mark.arrivedAt === undefined) say('code', 'Give a code, or the time of arrival.')
      return []
    }
    const minutesLate = mark.minutesLate ?? arrival?.minutesLate ?? null
    checkMinutes(standing, code, minutesLate, say)
    return [{ pupilId: mark.pupilId, code, minutesLate, comment: mark.comment ?? null, path }]
  })
  return { wanted, faults }
}

type Say = (name: string, message: string) => void

/** Present, L or U by the time of arrival; a code that is sent beside it must say the same. */
function arrivalOf({ register, settings }: Standing, { arrivedAt, code }: Sent, say: Say) {
  if (arrivedAt === undefined) return undefined
  const opening = openingOf(settings, register.date, register.session)
  if (register.kind === 'lesson' || !opening) {
    const message =
      'It is read only in session registers whose opening time the school has set (PUT /v1/attendance-settings).'
    say('arrivedAt', message)
    return undefined
  }
  const arrival = codeOfArrival(minutesOf(arrivedAt), opening, register.session)
  if (code !== undefined && code !== arrival.code)
    say('code', `Arrival at ${arrivedAt} makes ${arrival.code} (SI 2024/208, regulation 10).`)
  return arrival
}

function checkMinutes(
  { register, settings }: Standing,
  code: string,
  minutes: number | null,
  say: Say,
): void {
  if (!minutes || register.kind === 'lesson' || settings.version === 0) return
  const fault = faultOfMinutes(code, minutes, settings.openMinutes)
  if (fault) say('minutesLate', `${fault.sentence} (${fault.source})`)
}
