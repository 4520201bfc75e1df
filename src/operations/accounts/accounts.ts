import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Tx } from '../../foundation/db/transaction.ts'
import { refuse } from '../../foundation/http/problems.ts'
import { resource } from '../../foundation/resource/resource.ts'
import { Flag, Id, Instant, nullable, oneOf, recordFields, Text } from '../../foundation/resource/spoken.ts'
import { accounts, passkeys } from '../../oauth/people/table.ts'

const kind = oneOf(['staff', 'contact', 'pupil'], {
  description: 'As what the person signs in.',
  examples: ['contact'],
})
const login = Text('What is typed at sign-in; has no case.', 'gil.guardian@example.org')

export const NewAccount = Type.Object(
  { personId: Id('The member of staff, the contact or the pupil.'), kind, login },
  { additionalProperties: false, title: 'NewAccount' },
)

export const AccountChange = Type.Object(
  {
    status: oneOf(['active', 'suspended'], {
      description: 'suspended ends access within a second.',
      examples: ['suspended'],
    }),
  },
  { additionalProperties: false, title: 'AccountChange' },
)

const Account = Type.Object(
  {
    ...recordFields,
    personId: Id('The member of staff, the contact or the pupil.'),
    kind,
    login,
    status: oneOf(['invited', 'active', 'suspended'], {
      description: 'Whether it is in use.',
      examples: ['active'],
    }),
    hasPassword: Flag('Whether a password was chosen.', true),
    hasSecondFactor: Flag('Whether a second factor was set up.', true),
    createdAt: Instant('When it was opened.'),
    lastSignedInAt: nullable(Instant('When it was last used.')),
  },
  { additionalProperties: false, title: 'Account' },
)

export const account = resource({
  path: '/accounts',
  one: 'Account',
  phrase: 'an account',
  scope: 'accounts',
  row: Account,
  filter: Type.Object(
    {
      personId: Type.Optional(Id('Only accounts of this person.')),
      kind: Type.Optional(kind),
      login: Type.Optional(login),
    },
    { additionalProperties: false },
  ),
  view: {
    table: accounts,
    fields: {
      id: accounts.id,
      updatedAt: accounts.updatedAt,
      personId: accounts.personId,
      kind: accounts.kind,
      login: accounts.login,
      status: accounts.status,
      hasPassword: sql`${accounts.passwordHash} is not null`,
      hasSecondFactor: sql`(${accounts.totpSecret} is not null or exists (select from ${passkeys} where ${passkeys.schoolId} = ${accounts.schoolId} and ${passkeys.accountId} = ${accounts.id}))`,
      createdAt: accounts.createdAt,
      lastSignedInAt: accounts.lastSignedInAt,
    },
    filters: { login: (text) => sql`${accounts.login} = lower(${text}::text)` },
  },
  constraints: {
    accounts__login: { code: 'already-exists', path: '/login', message: 'Somebody else signs in with this.' },
    accounts__person: {
      code: 'already-exists',
      path: '/personId',
      message: 'This person has such an account.',
    },
    accounts__person_id: {
      code: 'reference-unknown',
      path: '/personId',
      message: 'There is no such person.',
    },
  },
})

/** A person signs in as what they are. */
export async function requireKind(
  tx: Tx,
  personId: string,
  kind: 'staff' | 'contact' | 'pupil',
): Promise<void> {
  const table = sql.raw({ staff: 'staff', contact: 'contacts', pupil: 'pupils' }[kind])
  const found = await tx.sql(
    sql`select 1 as one from ${table} where school_id = ${tx.schoolId} and id = ${personId}`,
  )
  if (found.length === 0) refuse([{ path: '/personId', message: `There is no such ${kind}.` }])
}
