import { type Fault, refuse } from '../foundation/http/problems.ts'
import type { AppDetails, AuthMethod } from './clients.ts'
import type { AppKind } from './registered-clients.ts'

/** Apps on people's own devices can keep no secret (RFC 8252, 8.5). */
export const isPublic = (kind: AppKind): boolean => kind === 'native' || kind === 'device'

/** Throws 422 unless every address fits the kind of app: exact, and only where nobody else can be waiting (RFC 9700, 4.1). */
export function requireSoundAddresses(kind: AppKind, authMethod: AuthMethod, app: AppDetails): void {
  const { redirectUris = [], postLogoutRedirectUris = [], privacyNotice } = app
  const faults: Fault[] = [
    ...redirectUris.flatMap((uri, at) => faultsOf(`/redirectUris/${at}`, addressFault(kind, uri))),
    ...postLogoutRedirectUris.flatMap((uri, at) =>
      faultsOf(`/postLogoutRedirectUris/${at}`, addressFault(kind, uri)),
    ),
    ...faultsOf(
      '/privacyNotice',
      privacyNotice === undefined ? undefined : addressFault('web', privacyNotice),
    ),
    ...faultsOf('/redirectUris', countFault(kind, redirectUris.length)),
    ...faultsOf('/authMethod', methodFault(kind, authMethod)),
  ]
  refuse(faults)
}

const faultsOf = (path: string, message: string | undefined): Fault[] =>
  message === undefined ? [] : [{ path, message }]

function countFault(kind: AppKind, count: number): string | undefined {
  const returns = kind === 'web' || kind === 'native'
  if (returns && count === 0) return `A ${kind} app needs an address to return to.`
  return !returns && count > 0 ? `A ${kind} app has no address to return to.` : undefined
}

function methodFault(kind: AppKind, method: AuthMethod): string | undefined {
  if (method === 'none' && !isPublic(kind)) return `A ${kind} app proves itself with a secret or a key.`
  if (method === 'client_secret_any' && kind !== 'service')
    return 'Only a service may send its secret either way.'
  const hasSecret = method.startsWith('client_secret')
  return hasSecret && isPublic(kind)
    ? "An app on people's own devices can keep no secret: use none or private_key_jwt."
    : undefined
}

function addressFault(kind: AppKind, uri: string): string | undefined {
  if (!URL.canParse(uri) || uri.length > 500) return 'This is no address.'
  const { protocol, hostname, hash, username } = new URL(uri)
  if (hash !== '' || uri.includes('#') || uri.includes('*') || username !== '')
    return 'No fragment, wildcard or user name.'
  if (protocol === 'https:') return undefined
  const isLoopback = hostname === '127.0.0.1' || hostname === '[::1]'
  if (kind === 'native' && protocol === 'http:' && isLoopback) return undefined
  // RFC 8252, 7.1: a scheme of one's own is a domain name backwards.
  if (kind === 'native' && /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+:$/.test(protocol)) return undefined
  return kind === 'native'
    ? 'Use https, a scheme of your own with a dot (com.example.app:/), or http on 127.0.0.1.'
    : 'Use https.'
}
