import type { FastifyInstance } from 'fastify'
import { catalogue, type ProblemCode } from './problem-catalogue.ts'
import { problem } from './problems.ts'

/** GET /problems/{code}: the page that `type` of a problem leads to. */
export function explainProblems(app: FastifyInstance): void {
  app.get<{ Params: { code: string } }>(
    '/problems/:code',
    { schema: { hide: true } },
    async (request, reply) => {
      const { code } = request.params
      if (!Object.hasOwn(catalogue, code)) throw problem('not-found')
      const { status, title, remedy } = catalogue[code as ProblemCode]
      return reply.type('text/plain; charset=utf-8').send(`${code} (${status})\n\n${title}.\n${remedy}\n`)
    },
  )
}
