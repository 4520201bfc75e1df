import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'
import type { Teardown } from './postgres.ts'

/** Somebody at the identity provider. */
export interface Who {
  sub: string
  claims: Record<string, unknown>
}

/** A real OpenID Provider of its own, on loopback, that signs in at once whoever `state.who` names. */
export async function identityProviderAt(t: Teardown, redirectUri: string, who: Who) {
  const state = { who }
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise((resolve) => server.close(resolve)))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'mis',
        client_secret: 'idp secret',
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: 'k' } as never] },
    claims: { openid: ['sub', 'hd', 'tid', 'oid', 'amr'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['idp'] },
    pkce: { required: () => true },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...state.who.claims }) }),
  })
  const answer = provider.callback()
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response)
    const grant = new provider.Grant({ accountId: state.who.sub, clientId: 'mis' })
    grant.addOIDCScope('openid')
    const grantId = await grant.save()
    await provider.interactionFinished(request, response, {
      login: { accountId: state.who.sub },
      consent: { grantId },
    })
  }
  return { issuer, state }
}
