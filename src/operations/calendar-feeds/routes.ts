import { Type } from '@sinclair/typebox'
import { requirePerson } from '../../foundation/access/principal.ts'
import { answerWrite } from '../../foundation/http/answer.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { CreateHeaders, WriteHeaders } from '../../foundation/http/parameters.ts'
import { problem } from '../../foundation/http/problems.ts'
import { dropFeed, renewFeed } from './feeds.ts'

const Feed = Type.Object(
  {
    path: Type.String({
      description:
        'Address of the calendar on this server, to subscribe to. Whoever knows it reads the lessons, without a token: keep it secret. It is told once.',
      examples: ['/calendar/AZKmxH0efDqbUl8NeuTBEQ.ics'],
    }),
  },
  { additionalProperties: false, title: 'CalendarFeed' },
)

const common = { path: '/calendar-feed', scope: 'timetable:read', tag: 'timetable', cost: 5 } as const

export const calendarFeedRoutes = (): Mount[] => [
  {
    ...common,
    method: 'POST',
    operationId: 'renewCalendarFeed',
    summary: 'Make the address of the own calendar',
    description:
      "A secret address for calendar programs (iCalendar): the holder's lessons from four weeks ago to four months ahead, with what is cancelled, moved and covered. A new address ends the one before. Needs a person.",
    headers: CreateHeaders,
    answers: { 200: { description: 'The address.', schema: Feed } },
    problems: [409, 412, 422],
    handler(context) {
      const { accountId } = requirePerson(context.who)
      return answerWrite(context, async (tx) => {
        const { id, path } = await renewFeed(tx, accountId)
        tx.log({ resource: 'calendar-feeds', recordId: id, action: 'created' })
        return { status: 200, headers: {}, body: JSON.stringify({ path }), affected: 1 }
      })
    },
  },
  {
    ...common,
    method: 'DELETE',
    operationId: 'removeCalendarFeed',
    summary: 'End the address of the own calendar',
    description: 'Calendar programs that use it are told that there is nothing. Needs a person.',
    headers: WriteHeaders,
    answers: { 204: { description: 'Ended.' } },
    problems: [404, 412, 422],
    handler(context) {
      const { accountId } = requirePerson(context.who)
      return answerWrite(context, async (tx) => {
        const recordId = await dropFeed(tx, accountId)
        if (recordId === undefined) throw problem('not-found')
        tx.log({ resource: 'calendar-feeds', recordId, action: 'removed' })
        return { status: 204, headers: {}, body: '', affected: 1 }
      })
    },
  },
]
