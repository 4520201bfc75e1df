import { noAudit } from '../../src/foundation/access/audit.ts'
import { allScopes } from '../../src/foundation/access/scopes.ts'
import type { Standing } from '../../src/foundation/access/standing.ts'
import type { Database } from '../../src/foundation/db/transaction.ts'

/** An app whose school has agreed to everything. */
export const everything: Standing = {
  agreement: { id: '0190a1b2-0000-7000-8000-000000000002', version: 1, hasWithheld: false },
  scopes: new Set(allScopes),
  person: undefined,
  rules: undefined,
}

/** What the authorization server needs besides, where only its own tokens are under test. */
export const withoutPeople = (db: Database) => ({
  db,
  secret: 'a secret',
  audit: noAudit,
  standing: async () => everything,
  aboutAccess: async () => ({ about: 'nobody', until: '2027-01-01' }),
})
