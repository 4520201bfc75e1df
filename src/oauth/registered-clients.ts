import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { Pool } from 'pg'
import type { Clock } from '../foundation/time/clock.ts'

interface Row {
  name: string
  authMethod: string
  jwks: { keys: object[] } | null
  scopes: string[]
  schoolId: string
  hashes: string[]
}

/** The clients as the authorization server reads them. They are registered with `mis clients`, never over the network. */
export class RegisteredClients implements Adapter {
  readonly #pool: Pool
  readonly #clock: Clock

  constructor(pool: Pool, clock: Clock) {
    this.#pool = pool
    this.#clock = clock
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    // A NUL would make PostgreSQL fail; no id of ours has one.
    if (!/^[\w-]{1,100}$/.test(id)) return undefined
    const { rows } = await this.#pool.query<Row>(
      `select name, auth_method as "authMethod", jwks, scopes, school_id as "schoolId",
              array(select encode(s.hash, 'hex') from client_secrets s
                    where s.client_id = c.id and (s.expires_at is null or s.expires_at > $2)) as hashes
       from clients c where id = $1 and is_active`,
      [id, this.#clock.now().toISOString()],
    )
    const client = rows[0]
    return client && { client_id: id, ...metadataOf(client) }
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
function metadataOf({ name, authMethod, jwks, scopes, schoolId, hashes }: Row): AdapterPayload {
  const isKeyed = authMethod === 'private_key_jwt'
  return {
    client_name: name,
    token_endpoint_auth_method: authMethod as AdapterPayload['token_endpoint_auth_method'] &
      'client_secret_basic',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    scope: scopes.join(' '),
    school_id: schoolId,
    ...(isKeyed ? { jwks: jwks ?? { keys: [] } } : { client_secret: hashes.join(' ') || 'none' }),
  } as AdapterPayload
}
