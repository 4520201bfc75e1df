import type { Static } from '@sinclair/typebox'
import type { Tx } from '../../../foundation/db/transaction.ts'
import { problem, refuse } from '../../../foundation/http/problems.ts'
import { wholeRecord } from '../../../foundation/resource/record.ts'
import type { Session } from '../../../foundation/time/days.ts'
import { calendarFrom, closure, type NamedClosure, readCalendar } from '../../calendar/queries.ts'
import { findCode } from '../codes.ts'
import { blank } from '../packing.ts'
import { isAttended, isUnexplained } from '../registers/precedence.ts'
import { type Filled, fillMarks } from './fill.ts'
import { readWhom } from './queries.ts'
import type { NewAttendanceAct } from './schema.ts'
import { closedSessions, runningSessions, type SaidSpan, type Span, spanFrom } from './sessions.ts'

type Said = Static<typeof NewAttendanceAct>

/** Codes that say nobody could be there: they stand before every reason of a single pupil, but not before who was seen. */
const premises = new Set(['#', 'Y1', 'Y2', 'Y3', 'Y4', 'Y6'])

/** Marks many pupils in one request: a site that is closed, part of it, a trip, the days of a closure. */
export async function actOnGroup(tx: Tx, body: Said): Promise<Filled & { pupils: number }> {
  const { code, comment = null, reason, deviceTime, decidedBy, isOverriding = false } = body
  if (!findCode(code) || ['/', '\\', 'L', 'U'].includes(code))
    refuse([
      { path: '/code', message: 'Give a code other than present and late: these are seen one by one.' },
    ])
  const { calendar, closures } = calendarFrom(await tx.rows(readCalendar))
  const span = await spanOf(tx, body)
  const sessions = code === '#' ? closedSessions(span, closures) : runningSessions(span, calendar)
  if (sessions.length === 0) refuse([{ path: '/startsOn', message: noSession(code) }])
  const pupilIds = await whom(tx, body, span)
  const filled = await fillMarks(tx, {
    kind: code === '#' ? 'closed' : 'filled',
    pupilIds,
    isNamed: body.pupilIds !== undefined,
    sessions,
    code,
    comment,
    reason,
    deviceAt: deviceTime,
    decidedBy,
    yields: (current) =>
      isOverriding ||
      current === blank ||
      isUnexplained(current) ||
      (premises.has(code) && !isAttended(current)),
  })
  return { ...filled, pupils: pupilIds.length }
}

const noSession = (code: string) =>
  code === '#'
    ? 'The calendar names no closure in this time: # stands only there.'
    : 'No session runs in this time: it lies outside the terms or in a closure.'

async function spanOf(tx: Tx, { closureId, code, ...said }: Said): Promise<Span> {
  if (closureId === undefined) {
    if (said.startsOn === undefined)
      refuse([{ path: '/startsOn', message: 'Give the first day, or with # a closure.' }])
    return spanFrom(said as SaidSpan)
  }
  if (code !== '#' || said.startsOn !== undefined)
    refuse([{ path: '/closureId', message: 'A closure goes with # and gives the days itself.' }])
  const found = (await wholeRecord(tx, closure, closureId).catch(() => {
    throw problem('reference-unknown', {
      errors: [{ path: '/closureId', message: 'There is no such closure.' }],
    })
  })) as unknown as NamedClosure
  return spanFrom({ startsOn: found.startsOn, endsOn: found.endsOn, ...halfOf(found.sessions) })
}

/** A half-day closure that lasts several days closes the same half of each: closedSessions sees to the days between. */
const halfOf = (sessions: string): { startsSession?: Session; endsSession?: Session } =>
  sessions === 'both' ? {} : { startsSession: sessions as Session, endsSession: sessions as Session }

/** Whom a body means: exactly one way of saying it. */
async function whom(tx: Tx, body: Said, { startsOn, endsOn }: Span): Promise<readonly string[]> {
  const { isEveryone, yearGroup, groupId, pupilIds } = body
  if ([isEveryone, yearGroup, groupId, pupilIds].filter((each) => each !== undefined).length !== 1)
    refuse([{ path: '', message: 'Name whom: exactly one of isEveryone, yearGroup, groupId and pupilIds.' }])
  if (pupilIds) return pupilIds
  const rows = await tx.rows(readWhom, {
    startsOn,
    endsOn,
    yearGroup: yearGroup ?? null,
    group: groupId ?? null,
  })
  if (rows.length === 0)
    refuse([
      { path: groupId ? '/groupId' : '/yearGroup', message: 'Nobody is on the roll there in this time.' },
    ])
  return rows.map(([id]) => id as string)
}
