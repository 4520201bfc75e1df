import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Database } from '../../foundation/db/transaction.ts'
import { entityTag, isUnchanged } from '../../foundation/http/etag.ts'
import { problem } from '../../foundation/http/problems.ts'
import type { RateLimit } from '../../foundation/http/rate-limit.ts'
import { holderOf, readFeed } from '../../operations/calendar-feeds/feeds.ts'
import { calendarOf } from './calendar.ts'

/** A calendar of months costs as much as a bulk read. */
const points = 20

/** GET /calendar/{secret}.ics: needs no token but the address itself, since calendar programs know nothing else. */
export function serveCalendars(app: FastifyInstance, db: Database, limit: RateLimit): void {
  app.get<{ Params: { file: string } }>(
    '/calendar/:file',
    { schema: { hide: true } },
    async (request, reply) => {
      const token = /^([\w-]{1,80})\.ics$/.exec(request.params.file)?.[1]
      const holder = token && (await holderOf(db, token))
      // By holder: a calendar program that asks every second slows down nobody else. Guesses share one allowance.
      await limit.spend(`calendar ${holder ? holder.accountId : 'unknown'}`, holder ? points : 1, reply)
      const feed = holder && (await readFeed(db, holder))
      if (!feed) throw problem('not-found', { detail: 'There is no calendar at this address any more.' })
      const body = calendarOf(feed)
      const tag = entityTag(0, createHash('sha1').update(body).digest('base64url').slice(0, 16))
      reply.headers({ etag: tag, 'cache-control': 'private, max-age=300' })
      if (isUnchanged(request.headers['if-none-match'], tag)) return reply.code(304).send()
      return reply.type('text/calendar; charset=utf-8').send(body)
    },
  )
}
