import swagger from '@fastify/swagger'
import scalar from '@scalar/fastify-api-reference'
import type { FastifyInstance } from 'fastify'
import { scopeMeanings } from '../access/scopes.ts'
import { hoist } from './hoist.ts'

export interface ContractOptions {
  /** Without a trailing slash; the server that the contract names. */
  publicUrl: string
  /** Tag -> what its operations are about. */
  tags: ReadonlyMap<string, string>
}

/** Collects the contract from the routes. Register before any route. */
export async function describe(app: FastifyInstance, { publicUrl, tags }: ContractOptions): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'open-mis',
        version: '1.0.0',
        description:
          'The records of a school in England: pupils, attendance, assessment, timetable and what they need, for programs that hold a scoped token.',
        license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
      },
      servers: [{ url: publicUrl, description: 'This server' }],
      tags: [...tags].map(([name, description]) => ({ name, description })),
      components: { securitySchemes: { oauth: oauthScheme() } },
    },
    hideUntagged: true,
  })
}

function oauthScheme() {
  const scopes = Object.fromEntries(scopeMeanings)
  return {
    type: 'oauth2' as const,
    description:
      'A client that acts for a school or for a person; RFC 6749, access tokens of RFC 9068. Metadata: /.well-known/oauth-authorization-server/oauth.',
    flows: {
      clientCredentials: { tokenUrl: '/oauth/token', scopes },
      authorizationCode: {
        authorizationUrl: '/oauth/authorize',
        tokenUrl: '/oauth/token',
        refreshUrl: '/oauth/token',
        scopes,
      },
    },
  }
}

/** /openapi.json and /docs, the contract in a browser with requests that run against this server. */
export async function publish(app: FastifyInstance): Promise<void> {
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(contractOf(app))),
  )
  await app.register(scalar, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      title: 'open-mis',
      pageTitle: 'open-mis API',
      favicon: 'data:,',
      authentication: { preferredSecurityScheme: 'oauth' },
      // Nothing of a school leaves for the supplier of the page, and nothing is offered that this server has not.
      agent: { disabled: true },
      mcp: { disabled: true },
      hideClientButton: true,
      showDeveloperTools: 'never',
      telemetry: false,
      withDefaultFonts: false,
    },
  })
}

/** The contract as published and committed. */
export function contractOf(app: FastifyInstance): Record<string, unknown> {
  return hoist({ ...app.swagger() })
}
