import type { TSchema } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuditLog } from '../access/audit.ts'
import type { Ledger } from '../access/disclosure.ts'
import type { Principal } from '../access/principal.ts'
import type { Scope } from '../access/scopes.ts'
import type { Actor, Database } from '../db/transaction.ts'
import type { Cursors } from '../resource/cursor.ts'

/** What the handler of a mount gets. */
export interface Context {
  db: Database
  cursors: Cursors
  ledger: Ledger
  audit: AuditLog
  who: Principal
  /** In whose name a transaction runs. */
  actor: Actor
  request: FastifyRequest
  reply: FastifyReply
}

/** One operation of the API, as data: registered, guarded and described from this alone. */
export interface Mount {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below /v1, with `{id}` for parameters. */
  path: string
  operationId: string
  /** The token must hold it. `any` is every valid token; `public` needs none. */
  scope: Scope | 'any' | 'public'
  tag: string
  /** One line, at most 60 characters. */
  summary: string
  description: string
  params?: TSchema
  query?: TSchema
  headers?: TSchema
  body?: TSchema
  /** Media types of the body, when it is not JSON. */
  consumes?: string[]
  /** Status -> schema and description of each good answer. */
  answers: Record<
    number,
    { description: string; schema?: TSchema; headers?: Record<string, TSchema>; mediaType?: string }
  >
  /** Statuses of the problems that this operation can end in, besides those that every operation can. */
  problems: readonly number[]
  /** Points of the rate limit that one call costs (1 for a read, 5 for a write, more for bulk). */
  cost: number
  /** Bytes; the server's default when left out. */
  bodyLimit?: number
  handler(context: Context): Promise<FastifyReply>
}

/** Every operation that checks a token, a query string and a database can end like this. */
export const commonProblems = [400, 401, 403, 406, 429, 500, 503] as const

export const jsonType = 'application/json; charset=utf-8'

/** `/v1` paths speak OpenAPI; Fastify wants colons. */
export const fastifyPath = (path: string) => path.replace(/\{(\w+)\}/g, ':$1')
