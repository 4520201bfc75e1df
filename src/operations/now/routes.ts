import { createHash } from 'node:crypto'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { disclose } from '../../foundation/access/disclosure.ts'
import { requirePerson } from '../../foundation/access/principal.ts'
import { sendJson } from '../../foundation/http/answer.ts'
import { entityTag, isUnchanged } from '../../foundation/http/etag.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import { etagHeader, ReadHeaders } from '../../foundation/http/parameters.ts'
import { Instant, oneOf } from '../../foundation/resource/spoken.ts'
import { localTime } from '../../foundation/time/clock.ts'
import { nowOfFamily } from './family.ts'
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
  const { db, who, request, reply } = context
  const person = requirePerson(who)
  const { at = db.clock.now().toISOString(), form } = request.query as { at?: string; form?: string }
  const moment = { at: new Date(at).toISOString(), ...localTime(new Date(at)) }
  const said =
    person.kind === 'staff'
      ? await nowOfStaff(context, moment, person.personId)
      : await nowOfFamily(context, moment, person.kind === 'contact' ? 'guardian' : 'pupil')
  const now: NowAnswer = { ...moment, kind: person.kind, ...said }
  const shown = form === 'compact' ? compact(now) : now
  await disclose(context, pupilsIn(shown))
  const body = JSON.stringify(shown)
  // The moment itself moves on with every request: what is told about it decides.
  const told = JSON.stringify({ ...shown, at: undefined, time: undefined })
  const tag = entityTag(0, createHash('sha1').update(told).digest('base64url').slice(0, 16))
  reply.header('etag', tag)
  if (isUnchanged(request.headers['if-none-match'], tag)) return reply.code(304).send()
  return sendJson(reply, body)
}

const pupilsIn = ({ current, children }: NowAnswer): string[] => [
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
