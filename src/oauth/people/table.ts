import { bigint, index, integer, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, keyOf, record, reference, schoolId } from '../../foundation/db/columns.ts'
import { people } from '../../records/people/table.ts'

/** Who may sign in: a member of staff, a contact or a pupil of one school. */
export const accounts = pgTable(
  'accounts',
  {
    ...record(),
    personId: uuid('person_id').notNull(),
    /** staff, contact or pupil. */
    kind: text('kind').notNull(),
    /** What is typed at sign-in; lower case, one of a kind in the school. */
    login: text('login').notNull(),
    /** invited, active or suspended. */
    status: text('status').notNull(),
    /** Argon2id in PHC form. */
    passwordHash: text('password_hash'),
    /** Sealed with the installation's key. */
    totpSecret: text('totp_secret'),
    /** The last 30 s step that was used: a code works once. */
    totpLastStep: bigint('totp_last_step', { mode: 'number' }),
    createdAt: instant('created_at').notNull(),
    lastSignedInAt: instant('last_signed_in_at'),
  },
  (t) => [
    keyOf('accounts', t.schoolId, t.id),
    reference('accounts__person_id', [t.schoolId, t.personId], people),
    unique('accounts__person').on(t.schoolId, t.personId, t.kind),
    unique('accounts__login').on(t.schoolId, t.login),
  ],
)

/** Passkeys (WebAuthn credentials) of an account. */
export const passkeys = pgTable(
  'passkeys',
  {
    schoolId: schoolId(),
    /** base64url, as the authenticator names it. */
    credentialId: text('credential_id').notNull(),
    accountId: uuid('account_id').notNull(),
    publicKey: bytes('public_key').notNull(),
    counter: bigint('counter', { mode: 'number' }).notNull(),
    transports: text('transports').array().notNull(),
    name: text('name').notNull(),
    createdAt: instant('created_at').notNull(),
    lastUsedAt: instant('last_used_at'),
  },
  (t) => [
    keyOf('passkeys', t.schoolId, t.credentialId),
    reference('passkeys__account_id', [t.schoolId, t.accountId], accounts),
    index('passkeys__account').on(t.schoolId, t.accountId),
  ],
)

/** One-time links by which a person takes an account into use or sets a new password. */
export const invitations = pgTable(
  'invitations',
  {
    schoolId: schoolId(),
    id: uuid('id').notNull(),
    accountId: uuid('account_id').notNull(),
    /** SHA-256 of 256 random bits. */
    tokenHash: bytes('token_hash').notNull(),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
  },
  (t) => [
    keyOf('invitations', t.schoolId, t.id),
    reference('invitations__account_id', [t.schoolId, t.accountId], accounts),
    unique('invitations__token').on(t.schoolId, t.tokenHash),
  ],
)

/** Where a school's people may sign in instead: Google Workspace, Microsoft Entra or another OpenID Provider. */
export const identityProviders = pgTable(
  'identity_providers',
  {
    ...record(),
    /** google, microsoft or oidc. */
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    issuer: text('issuer').notNull(),
    clientId: text('client_id').notNull(),
    /** Sealed with the installation's key. */
    clientSecret: text('client_secret').notNull(),
    /** Google's `hd` or Microsoft's `tid` that a token must carry. */
    allowed: text('allowed'),
  },
  (t) => [
    keyOf('identity_providers', t.schoolId, t.id),
    unique('identity_providers__issuer').on(t.schoolId, t.issuer, t.clientId),
  ],
)

/** Who an account is at an identity provider, keyed on the subject; linked by the school only. */
export const identities = pgTable(
  'identities',
  {
    schoolId: schoolId(),
    providerId: uuid('provider_id').notNull(),
    subject: text('subject').notNull(),
    accountId: uuid('account_id').notNull(),
    linkedAt: instant('linked_at').notNull(),
    linkedBy: text('linked_by').notNull(),
  },
  (t) => [
    keyOf('identities', t.schoolId, t.providerId, t.subject),
    reference('identities__provider_id', [t.schoolId, t.providerId], identityProviders),
    reference('identities__account_id', [t.schoolId, t.accountId], accounts),
    index('identities__account').on(t.schoolId, t.accountId),
  ],
)

/** How a school's sign-in pages look. */
export const brands = pgTable(
  'brands',
  {
    schoolId: schoolId(),
    version: integer('version').notNull().default(1),
    /** #rrggbb; text on it is black or white, whichever reads better. */
    colour: text('colour').notNull(),
    displayName: text('display_name').notNull(),
  },
  (t) => [keyOf('brands', t.schoolId)],
)
