import { bigserial, boolean, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant } from '../foundation/db/columns.ts'

// These tables belong to the installation: they are read before the school is known, so no row-level security holds here.

/** A program: registered once, opened to a school by its agreement (operations/apps). */
export const clients = pgTable(
  'clients',
  {
    id: text('id').primaryKey(),
    /** The school that registered it and alone may use it; null is an app for any school. */
    schoolId: uuid('school_id'),
    name: text('name').notNull(),
    publisher: text('publisher').notNull().default(''),
    /** service (acts for the school), web, native or device (act for people). */
    kind: text('kind').notNull().default('service'),
    /** client_secret_basic, client_secret_post, client_secret_any (either), private_key_jwt or none: no other is accepted from this client. */
    authMethod: text('auth_method').notNull(),
    /** Public keys of a private_key_jwt client (RFC 7517). */
    jwks: jsonb('jwks').$type<{ keys: object[] }>(),
    /** What it wants at most. */
    scopes: text('scopes').array().notNull(),
    /** Those of `scopes` that a school or a person may refuse. */
    optionalScopes: text('optional_scopes').array().notNull().default([]),
    redirectUris: text('redirect_uris').array().notNull().default([]),
    postLogoutRedirectUris: text('post_logout_redirect_uris').array().notNull().default([]),
    privacyNotice: text('privacy_notice'),
    /** Countries in which data is kept. */
    dataLocation: text('data_location'),
    subProcessors: jsonb('sub_processors')
      .$type<{ name: string; purpose: string; country: string }[]>()
      .notNull()
      .default([]),
    isActive: boolean('is_active').notNull().default(true),
    createdAt: instant('created_at').notNull(),
    revokedAt: instant('revoked_at'),
  },
  (t) => [index('clients__school').on(t.schoolId)],
)

/** Schools that have ever had an agreement with an app: agreements themselves are seen one school at a time. */
export const clientSchools = pgTable(
  'client_schools',
  {
    clientId: text('client_id')
      .notNull()
      .references(() => clients.id, { onDelete: 'cascade' }),
    schoolId: uuid('school_id').notNull(),
  },
  (t) => [
    primaryKey({ name: 'client_schools__pkey', columns: [t.clientId, t.schoolId] }),
    index('client_schools__school').on(t.schoolId),
  ],
)

/** SHA-256 of 256 random bits; two may be live while a client changes over. */
export const clientSecrets = pgTable(
  'client_secrets',
  {
    clientId: text('client_id')
      .notNull()
      .references(() => clients.id, { onDelete: 'cascade' }),
    hash: bytes('hash').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at'),
  },
  (t) => [primaryKey({ name: 'client_secrets__pkey', columns: [t.clientId, t.hash] })],
)

/** What the authorization server keeps between requests. */
export const oauthPayloads = pgTable(
  'oauth_payloads',
  {
    model: text('model').notNull(),
    id: text('id').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    grantId: text('grant_id'),
    uid: text('uid'),
    userCode: text('user_code'),
    consumedAt: instant('consumed_at'),
    expiresAt: instant('expires_at'),
  },
  (t) => [
    primaryKey({ name: 'oauth_payloads__pkey', columns: [t.model, t.id] }),
    index('oauth_payloads__grant').on(t.grantId),
    index('oauth_payloads__uid').on(t.uid),
    index('oauth_payloads__user_code').on(t.userCode),
    index('oauth_payloads__expires_at').on(t.expiresAt),
  ],
)

/** Keys that sign access tokens (ES256). Published from the start, signing between activation and retirement, verifying until they expire. */
export const signingKeys = pgTable('signing_keys', {
  kid: text('kid').primaryKey(),
  privateJwk: jsonb('private_jwk').$type<Record<string, unknown>>().notNull(),
  publicJwk: jsonb('public_jwk').$type<Record<string, unknown>>().notNull(),
  createdAt: instant('created_at').notNull(),
  activatesAt: instant('activates_at').notNull(),
  retiresAt: instant('retires_at'),
  expiresAt: instant('expires_at'),
})

/** Tokens that are refused before they expire, by client or by `jti`. */
export const revocations = pgTable(
  'revocations',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    kind: text('kind').notNull(),
    key: text('key').notNull(),
    revokedAt: instant('revoked_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [index('revocations__expires_at').on(t.expiresAt)],
)
