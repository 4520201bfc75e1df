import type { FastifyInstance } from 'fastify'
import { oneRosterContract } from '../contract/document.ts'
import type { Version } from '../scopes.ts'
import { baseOf, type Service } from './operation.ts'

/** The documents that describe each service, under the names that the standard gives them; 1.1 knows one service. */
const documents: readonly { version: Version; service: Service; file: string }[] = [
  { version: 'v1p1', service: 'rostering', file: 'onerosterv1p1service_openapi3_v1p0.json' },
  { version: 'v1p2', service: 'rostering', file: 'onerosterv1p2rostersservice_openapi3_v1p0.json' },
  { version: 'v1p2', service: 'gradebook', file: 'onerosterv1p2gradebookservice_openapi3_v1p0.json' },
  { version: 'v1p2', service: 'resources', file: 'onerosterv1p2resourcesservice_openapi3_v1p0.json' },
]

/** Discovery (1.2 REST binding, 3.4): public, since it says nothing of any school. Made when first asked for. */
export function serveDiscovery(app: FastifyInstance, publicUrl: string): void {
  for (const { version, service, file } of documents) {
    const folder = `${baseOf(version, service).replace('/ims/oneroster', '')}/discovery`
    let text: string | undefined
    const document = () => {
      text ??= JSON.stringify(oneRosterContract(version, publicUrl, version === 'v1p1' ? undefined : service))
      return text
    }
    for (const name of ['', '/', `/${file}`])
      app.get(`${folder}${name}`, { schema: { hide: true } }, async (_request, reply) =>
        reply.type('application/json; charset=utf-8').send(document()),
      )
  }
}
