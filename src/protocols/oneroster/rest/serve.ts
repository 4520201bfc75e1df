import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuditLog } from '../../../foundation/access/audit.ts'
import type { Ledger } from '../../../foundation/access/disclosure.ts'
import { type Database, writeInSchool } from '../../../foundation/db/transaction.ts'
import { acceptJson } from '../../../foundation/http/json-body.ts'
import { fastifyPath } from '../../../foundation/http/mount.ts'
import { problem } from '../../../foundation/http/problems.ts'
import type { ConstraintMeanings } from '../../../foundation/resource/resource.ts'
import { operations } from '../operations.ts'
import type { Version } from '../scopes.ts'
import { answerList, answerOne, type Call } from './answer.ts'
import { serveDiscovery } from './discovery.ts'
import { answerFailure, sendFailure } from './failures.ts'
import { admit, type Guarding } from './guard.ts'
import { baseOf, type Operation } from './operation.ts'
import { inTurn } from './turns.ts'

export interface OneRosterDeps extends Guarding {
  db: Database
  ledger: Ledger
  audit: AuditLog
  publicUrl: string
  meanings: () => ConstraintMeanings
}

const versions: readonly Version[] = ['v1p1', 'v1p2']

/** OneRoster 1.1 and 1.2 over the same records (1EdTech OneRoster REST binding), outside /v1 and in its own words. */
export function serveOneRoster(app: FastifyInstance, deps: OneRosterDeps): void {
  app.register(
    async (scope) => {
      acceptJson(scope)
      scope.decorateRequest('who', undefined)
      scope.decorateRequest('refusal', undefined)
      scope.setErrorHandler(answerFailure(deps.meanings))
      scope.setNotFoundHandler(async (request, reply) => {
        await deps.limit.spend(`unknown ${request.ip}`, 1, reply)
        return sendFailure(reply, 404, 'unknownobject', 'There is no such address here.')
      })
      noteRefusals(scope, deps.audit)
      serveDiscovery(scope, deps.publicUrl)
      for (const version of versions)
        for (const operation of operations.filter((each) => each.versions.includes(version)))
          register(scope, deps, operation, version)
    },
    { prefix: '/ims/oneroster' },
  )
}

function register(app: FastifyInstance, deps: OneRosterDeps, operation: Operation, version: Version): void {
  const base = baseOf(version, operation.service)
  app.route({
    method: operation.method,
    url: `${base.replace('/ims/oneroster', '')}${fastifyPath(operation.path)}`,
    config: { operation: `oneroster.${version}.${operation.operationId}` },
    schema: { hide: true },
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      refuseNul(request)
      const caller = await admit(deps, operation, version, request, reply)
      const { db, ledger } = deps
      const call = { db, ledger, operation, caller, request, reply, base: `${deps.publicUrl}${base}` }
      if (operation.write) return answerWrite(call)
      return operation.isOne ? answerOne(call) : answerList(call)
    },
  })
}

function refuseNul({ url }: FastifyRequest): void {
  if (/%00/.test(url)) throw problem('character-refused', { detail: 'The address holds a NUL character.' })
}

/** One transaction holds the write and its entries in the change log. */
async function answerWrite({ db, operation, caller, request, reply }: Call) {
  const params = request.params as Record<string, string>
  const { write } = operation
  if (!write) throw new Error('no write')
  const { status, body } = await inTurn(caller.who.schoolId, () =>
    writeInSchool(db, caller.actor, (tx) => write(tx, caller, params, request.body)),
  )
  reply.code(status)
  if (body === undefined) return reply.send()
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body))
}

function noteRefusals(app: FastifyInstance, audit: AuditLog): void {
  app.addHook('onResponse', async ({ who, routeOptions, refusal }, { statusCode }) => {
    if (who && (statusCode === 401 || statusCode === 403))
      audit.note(who.schoolId, {
        event: 'access.refused',
        appId: who.clientId,
        subject: routeOptions.config.operation,
        details: { code: refusal ?? 'scope-missing' },
      })
  })
}
