import type { Static } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { requireScope } from '../../foundation/access/principal.ts'
import { sendJson } from '../../foundation/http/answer.ts'
import type { Context } from '../../foundation/http/mount.ts'
import { problem } from '../../foundation/http/problems.ts'
import { defaultPage } from '../../foundation/resource/spoken.ts'
import { readRange } from '../../foundation/time/range.ts'
import { orderOf, type RealLesson } from './changed-lessons.ts'
import { findLesson, readLessons } from './queries.ts'
import type { LessonQuery } from './schema.ts'

const mostDays = 62

type Spoken = Omit<RealLesson, 'staffIds'> & { staffId: string | null }

const spoken = ({ staffIds, ...lesson }: RealLesson): Spoken => ({ ...lesson, staffId: staffIds[0] ?? null })

/** GET /lessons: the timetable read for real days, in order of time, page by page. */
export async function answerLessons(context: Context): Promise<FastifyReply> {
  const { db, who, actor, request, cursors, reply } = context
  const {
    from,
    until,
    limit = defaultPage,
    after,
    pupilId,
    ...filter
  } = request.query as Static<typeof LessonQuery>
  const range = readRange({ ...(from && { from }), ...(until && { until }) }, db.clock, {
    days: 1,
    most: mostDays,
  })
  if (pupilId !== undefined) requireScope(who, 'groups:read')
  const scope = JSON.stringify([who.schoolId, 'lessons', range, filter, pupilId])
  const position = after === undefined ? undefined : cursors.open(scope, after)[0]
  const all = await readLessons(db, actor, range, filter, pupilId)
  const start = position === undefined ? 0 : all.findIndex((lesson) => orderOf(lesson) > position)
  const page = start < 0 ? [] : all.slice(start, start + limit)
  const last = page.at(-1)
  const next = last && start + limit < all.length ? cursors.seal(scope, [orderOf(last)]) : null
  return sendJson(reply, JSON.stringify({ data: page.map(spoken), next }))
}

/** GET /lessons/{id}: 404 unless the entry really meets on that day. */
export async function answerLesson(context: Context): Promise<FastifyReply> {
  const { id } = context.request.params as { id: string }
  const lesson = await findLesson(context.db, context.actor, id)
  if (!lesson) throw problem('not-found')
  return sendJson(context.reply, JSON.stringify(spoken(lesson)))
}
