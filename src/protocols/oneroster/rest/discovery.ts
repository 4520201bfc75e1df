import type { FastifyInstance } from 'fastify'
import { oneRosterContract } from '../contract/document.ts'
import type { Version } from '../scopes.ts'
import { baseOf, type Service } from './operation.ts'

/** The names that the standard gives a document: the REST binding (1.2, 2.5) one, the conformance guide another. */
const documents: readonly { version: Version; service: Service; files: readonly string[] }[] = [
  { version: 'v1p1', service: 'rostering', files: ['onerosterv1p1service_openapi3_v1p0.json'] },
  {
    version: 'v1p2',
    service: 'rostering',
    files: ['onerosterv1p2rostersservice_openapi3_v1p0.json', 'imsorv1p2_rostering_openapi3_v1p0.json'],
  },
  {
    version: 'v1p2',
    service: 'gradebook',
    files: ['onerosterv1p2gradebookservice_openapi3_v1p0.json', 'imsorv1p2_gradebook_openapi3_v1p0.json'],
  },
  {
    version: 'v1p2',
    service: 'resources',
    files: ['onerosterv1p2resourcesservice_openapi3_v1p0.json', 'imsorv1p2_resources_openapi3_v1p0.json'],
  },
]

/** Each service describes itself, to everybody, since it says nothing of any school; 1.1 is one service. */
export function serveDiscovery(app: FastifyInstance, publicUrl: string): void {
  for (const { version, service, files } of documents) {
    const folder = `${baseOf(version, service).replace('/ims/oneroster', '')}/discovery`
    let text: string | undefined
    const document = () => {
      text ??= JSON.stringify(oneRosterContract(version, publicUrl, version === 'v1p1' ? undefined : service))
      return text
    }
    for (const name of ['', '/', ...files.map((file) => `/${file}`)])
      app.get(`${folder}${name}`, { schema: { hide: true } }, async (_request, reply) =>
        reply.type('application/json; charset=utf-8').send(document()),
      )
  }
}
