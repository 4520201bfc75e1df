import { type Static, Type } from '@sinclair/typebox'
import { sealer } from '../../foundation/access/seal.ts'
import type { Tx } from '../../foundation/db/transaction.ts'
import { answerWrite } from '../../foundation/http/answer.ts'
import { byPerson } from '../../foundation/http/by-person.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { CreateHeaders, IdParams } from '../../foundation/http/parameters.ts'
import { refuse } from '../../foundation/http/problems.ts'
import { create } from '../../foundation/resource/mounts/create.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import { wholeRecord } from '../../foundation/resource/record.ts'
import { resource } from '../../foundation/resource/resource.ts'
import { deleteRow, insertRow } from '../../foundation/resource/rows.ts'
import { Id, nullable, oneOf, recordFields, Text } from '../../foundation/resource/spoken.ts'
import { identities, identityProviders } from '../../oauth/people/table.ts'
import { account } from './accounts.ts'

const strict = { additionalProperties: false }
const said = {
  kind: oneOf(['google', 'microsoft', 'oidc'], { description: 'What it is.', examples: ['google'] }),
  name: Text('What stands on the button.', 'Google'),
  issuer: Type.String({
    format: 'uri',
    maxLength: 500,
    description: 'Its issuer.',
    examples: ['https://accounts.google.com'],
  }),
  clientId: Text('The client that the school has registered there.', '123.apps.googleusercontent.com', 300),
  allowed: nullable(
    Text('Hosted domain (Google) or tenant id (Microsoft) that a token must carry.', 'school.example.sch.uk'),
  ),
}

const NewIdentityProvider = Type.Object(
  { ...said, clientSecret: Text('Its secret; never shown again.', 'a secret', 500) },
  { ...strict, title: 'NewIdentityProvider' },
)

export const identityProvider = resource({
  path: '/identity-providers',
  one: 'IdentityProvider',
  phrase: 'an identity provider',
  scope: 'accounts',
  row: Type.Object({ ...recordFields, ...said }, { ...strict, title: 'IdentityProvider' }),
  filter: Type.Object({}, strict),
  view: {
    table: identityProviders,
    fields: {
      id: identityProviders.id,
      updatedAt: identityProviders.updatedAt,
      kind: identityProviders.kind,
      name: identityProviders.name,
      issuer: identityProviders.issuer,
      clientId: identityProviders.clientId,
      allowed: identityProviders.allowed,
    },
  },
  constraints: {
    identity_providers__issuer: {
      code: 'already-exists',
      path: '/issuer',
      message: 'This client is there already.',
    },
    identities__pkey: {
      code: 'already-exists',
      path: '/subject',
      message: 'This subject is linked already.',
    },
    identities__provider_id: { code: 'in-use', path: '/providerId', message: 'Accounts are linked with it.' },
  },
})

/** A domain or tenant is what keeps the rest of the world out. */
function requireAllowed({ kind, allowed, issuer }: Static<typeof NewIdentityProvider>): void {
  if (kind !== 'oidc' && allowed === null)
    refuse([
      {
        path: '/allowed',
        message: 'Name the hosted domain or tenant: anybody in the world has such an account.',
      },
    ])
  if (!/^https:|^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(issuer))
    refuse([{ path: '/issuer', message: 'Use https.' }])
}

const Link = Type.Object(
  {
    providerId: Id('The identity provider.'),
    subject: Text('Who the person is there: `sub`, or `tid:oid` at Microsoft.', '1098765432', 300),
  },
  { ...strict, title: 'IdentityLink' },
)

const linkIdentity = (): Mount => ({
  method: 'POST',
  path: '/accounts/{id}/identities',
  operationId: 'linkIdentity',
  scope: 'accounts:write',
  tag: 'accounts',
  summary: 'Link an account with somebody at an identity provider',
  description: 'By subject, never by e-mail address: those change hands.',
  params: IdParams,
  headers: CreateHeaders,
  body: Link,
  answers: { 201: { description: 'Linked.', schema: Link } },
  problems: [404, 409, 412, 413, 415, 422],
  cost: 5,
  handler: (context) =>
    answerWrite(context, async (tx) => {
      const { id } = context.request.params as { id: string }
      const link = context.request.body as Static<typeof Link>
      await wholeRecord(tx, account, id)
      await wholeRecord(tx, identityProvider, link.providerId)
      const common = {
        schoolId: tx.schoolId,
        accountId: id,
        linkedAt: tx.clock.now().toISOString(),
        linkedBy: tx.actor,
      }
      await tx.orm.insert(identities).values({ ...common, ...link })
      tx.log({ resource: 'accounts', recordId: id, action: 'changed', fields: ['identities'] })
      return { status: 201, headers: {}, body: JSON.stringify(link), affected: 1 }
    }),
})

export const identityProviderRoutes = (secret: () => Promise<string>): Mount[] => [
  list(identityProvider),
  read(identityProvider),
  byPerson(
    create(identityProvider, {
      body: NewIdentityProvider,
      async insert(tx: Tx, body) {
        requireAllowed(body)
        const clientSecret = sealer(await secret()).seal(body.clientSecret)
        return insertRow(tx, identityProviders, { ...body, clientSecret })
      },
    }),
  ),
  byPerson(remove(identityProvider, (tx, id) => deleteRow(tx, identityProviders, id))),
  byPerson(linkIdentity()),
]
