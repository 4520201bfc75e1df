import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { Pool } from 'pg'
import type { Clock } from '../foundation/time/clock.ts'
import { type Aliases, aliasesFor } from './aliases.ts'

interface Row {
  name: string
  kind: AppKind
  authMethod: string
  jwks: { keys: object[] } | null
  scopes: string[]
  schoolId: string | null
  redirectUris: string[]
  postLogoutRedirectUris: string[]
  hashes: string[]
}

/** A service acts for the school; the others act for people, each in its own way of signing them in. */
export type AppKind = 'service' | 'web' | 'native' | 'device'

const grantTypes: Record<AppKind, string[]> = {
  service: ['client_credentials'],
  web: ['authorization_code', 'refresh_token'],
  native: ['authorization_code', 'refresh_token'],
  device: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
}

/** The clients as the authorization server reads them. They are registered with `mis apps` or /v1/apps, never over this network. */
export class RegisteredClients implements Adapter {
  readonly #pool: Pool
  readonly #clock: Clock
  readonly #aliases: Aliases

  constructor(pool: Pool, clock: Clock, aliases: Aliases) {
    this.#pool = pool
    this.#clock = clock
    this.#aliases = aliases
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    // A NUL would make PostgreSQL fail; no id of ours has one.
    if (!/^[\w-]{1,100}$/.test(id)) return undefined
    const { rows } = await this.#pool.query<Row>(
      `select name, kind, auth_method as "authMethod", jwks, scopes, school_id as "schoolId", redirect_uris as "redirectUris",
              post_logout_redirect_uris as "postLogoutRedirectUris",
              array(select encode(s.hash, 'hex') from client_secrets s
                    where s.client_id = c.id and (s.expires_at is null or s.expires_at > $2)) as hashes
       from clients c where id = $1 and is_active`,
      [id, this.#clock.now().toISOString()],
    )
    const client = rows[0]
    return client && { client_id: id, ...metadataOf(client, this.#aliases) }
  }

  // Nothing below is ever asked of clients.
  async upsert(): Promise<void> {}
  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async consume(): Promise<void> {}
  async destroy(): Promise<void> {}
  async revokeByGrantId(): Promise<void> {}
}

/** `client_secret` holds the hashes of the live secrets, in hexadecimal: the comparison is ours (provider.ts). */
function metadataOf({ kind, ...client }: Row, aliases: Aliases): AdapterPayload {
  const actsForPeople = kind !== 'service'
  const hasCode = kind === 'web' || kind === 'native'
  return {
    client_name: client.name,
    application_type: kind === 'web' || kind === 'service' ? 'web' : 'native',
    token_endpoint_auth_method: client.authMethod as AdapterPayload['token_endpoint_auth_method'] &
      'client_secret_basic',
    grant_types: grantTypes[kind],
    response_types: hasCode ? ['code'] : [],
    redirect_uris: hasCode ? client.redirectUris : [],
    post_logout_redirect_uris: client.postLogoutRedirectUris,
    scope: [
      ...client.scopes,
      ...(actsForPeople ? ['openid', 'profile', 'offline_access'] : aliasesFor(aliases, client.scopes)),
    ].join(' '),
    ...(client.schoolId !== null && { school_id: client.schoolId }),
    ...proofOf(client),
  } as AdapterPayload
}

function proofOf({ authMethod, jwks, hashes }: Pick<Row, 'authMethod' | 'jwks' | 'hashes'>) {
  if (authMethod === 'none') return {}
  if (authMethod === 'private_key_jwt') return { jwks: jwks ?? { keys: [] } }
  return { client_secret: hashes.join(' ') || 'none' }
}
