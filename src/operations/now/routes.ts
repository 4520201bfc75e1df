import { createHash } from 'node:crypto'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { disclose } from '../../foundation/access/disclosure.ts'
import { requirePerson } from '../../foundation/access/principal.ts'
import { readRevision } from '../../foundation/db/change-log.ts'
import { readTogether, systemActor } from '../../foundation/db/transaction.ts'
import { sendJson } from '../../foundation/http/answer.ts'
import { entityTag, isUnchanged } from '../../foundation/http/etag.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import { etagHeader, ReadHeaders } from '../../foundation/http/parameters.ts'
import { Instant, oneOf } from '../../foundation/resource/spoken.ts'
import { localTime } from '../../foundation/time/clock.ts'
import { nowOfFamily } from './family.ts'
import { type Kept, keep, keptFor, keyOf } from './kept.ts'
import type { Moment } from './moment.ts'
import { Now } from './schema.ts'
import { nowOfStaff } from './staff.ts'

type NowAnswer = Static<typeof Now>

export const nowRoutes = (): Mount[] => [
  {
    method: 'GET',
    path: '/now',
    operationId: 'readNow',
    scope: 'timetable:read',
    tag: 'now',
    summary: 'Read what matters this minute',
    description:
      'For the person who holds the token. Teachers: the lesson that runs and the next one, the class, who is away or late, what they may know of each pupil, the register and where to take it. Tutors: the form. Those who follow up: their work lists. Guardians and pupils: each child with marks, lessons, results and events. What the scopes do not open is left out. `form=compact` fits a watch: at most 2 KB.',
    query: Type.Object(
      {
        at: Type.Optional(Instant('Another moment than the present one.')),
        form: Type.Optional(
          oneOf(['full', 'compact'], { description: 'full when left out.', examples: ['compact'] }),
        ),
      },
      { additionalProperties: false },
    ),
    headers: ReadHeaders,
    answers: {
      200: { description: 'Now.', schema: Now, headers: etagHeader },
      304: { description: 'Nothing has changed since the ETag that If-None-Match names.' },
    },
    problems: [],
    cost: 2,
    handler: answerNow,
  },
]

async function answerNow(context: Context): Promise<FastifyReply> {
  const { db, who, actor, request, reply } = context
  requirePerson(who)
  const { at = db.clock.now().toISOString(), form } = request.query as { at?: string; form?: string }
  const instant = new Date(at)
  const moment = { at: instant.toISOString(), ...localTime(instant) }
  // What the answer leans on is known before it is made: the school's number is nobody's data.
  const [revisions] = await readTogether(db, systemActor(actor.schoolId, 'now'), [
    { query: readRevision, values: {} },
  ])
  const revision = revisions?.[0]?.[0] ?? '0'
  // With the present minute: publication and lessons come with the clock, not with a change.
  const key = keyOf(who, `${moment.date} ${moment.time} ${minuteOf(db.clock.now())}`, form)
  const answer = keptFor(who, key, revision) ?? (await workOut(context, moment, form, revision))
  keep(who, key, answer)
  await disclose(context, answer.pupilIds)
  reply.header('etag', answer.etag)
  if (isUnchanged(request.headers['if-none-match'], answer.etag)) return reply.code(304).send()
  return sendJson(reply, `{"at":"${moment.at}",${answer.json.slice(1)}`)
}

const minuteOf = (instant: Date) => instant.toISOString().slice(0, 16)

async function workOut(
  context: Context,
  moment: Moment,
  form: string | undefined,
  revision: string,
): Promise<Kept> {
  const person = requirePerson(context.who)
  const said =
    person.kind === 'staff'
      ? await nowOfStaff(context, moment, person.personId)
      : await nowOfFamily(context, moment, person.kind === 'contact' ? 'guardian' : 'pupil')
  const now: NowAnswer = { ...moment, kind: person.kind, ...said }
  const { at: _, ...shown } = form === 'compact' ? compact(now) : now
  const json = JSON.stringify(shown)
  // The time moves on with every minute: what is told about it decides.
  const told = JSON.stringify({ ...shown, time: undefined })
  const etag = entityTag(0, createHash('sha1').update(told).digest('base64url').slice(0, 16))
  return { revision, json, etag, pupilIds: pupilsIn(shown) }
}

const pupilsIn = ({ current, children }: Pick<NowAnswer, 'current' | 'children'>): string[] => [
  ...(current?.pupils ?? []).map(({ pupilId }) => pupilId),
  ...(children ?? []).map(({ pupilId }) => pupilId),
]

/** Names that a watch has room for. */
const mostNames = 8
const mostChildren = 3

/** Without lists: who is away, what comes next, where to act. */
function compact({ today: _, current, next, forms, children, ...now }: NowAnswer): NowAnswer {
  const few = (names: readonly string[] | undefined) => names?.slice(0, mostNames)
  const brief = (one: NowAnswer['current']) => {
    if (!one) return one
    const { pupils: __, absent, late, ...rest } = one
    return { ...rest, ...(absent && { absent: few(absent) }), ...(late && { late: few(late) }) } as typeof one
  }
  return {
    ...now,
    ...(current !== undefined && { current: brief(current) as NonNullable<typeof current> }),
    ...(next !== undefined && { next: next && { lesson: next.lesson } }),
    ...(forms && { forms: forms.slice(0, 1).map((one) => ({ ...one, absent: few(one.absent) ?? [] })) }),
    ...(children && {
      children: children
        .slice(0, mostChildren)
        .map(({ today: __, results: ___, behaviour: ____, ...child }) => child),
    }),
  }
}
