import { Type } from '@sinclair/typebox'
import { answerWrite } from '../../foundation/http/answer.ts'
import { byPerson } from '../../foundation/http/by-person.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { CreateHeaders, IdParams } from '../../foundation/http/parameters.ts'
import { problem } from '../../foundation/http/problems.ts'
import { change } from '../../foundation/resource/mounts/change.ts'
import { create } from '../../foundation/resource/mounts/create.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { wholeRecord } from '../../foundation/resource/record.ts'
import { createAccount, setStatus } from '../../oauth/people/accounts.ts'
import { invite } from '../../oauth/people/invitations.ts'
import { AccountChange, account, NewAccount, requireKind } from './accounts.ts'

const Invitation = Type.Object(
  {
    path: Type.String({
      description:
        'Where the person chooses a password, below the address of this server. Works once, for a week.',
      examples: ['/oauth/invitations/0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11.x'],
    }),
  },
  { additionalProperties: false, title: 'Invitation' },
)

const invitePerson = (): Mount => ({
  method: 'POST',
  path: '/accounts/{id}/invitations',
  operationId: 'inviteAccount',
  scope: 'accounts:write',
  tag: 'accounts',
  summary: 'Make a one-time link for an account',
  description:
    'By it the person takes the account into use, or chooses a new password. Links made before end.',
  params: IdParams,
  headers: CreateHeaders,
  answers: { 201: { description: 'The link; it is not shown again.', schema: Invitation } },
  problems: [404, 409, 412, 422],
  cost: 5,
  handler: (context) =>
    answerWrite(context, async (tx) => {
      const { id } = context.request.params as { id: string }
      const { status } = await wholeRecord(tx, account, id)
      if (status === 'suspended')
        throw problem('rule-broken', { detail: 'A suspended account is not invited.' })
      const path = `/oauth/invitations/${tx.schoolId}.${await invite(tx, id)}`
      return { status: 201, headers: {}, body: JSON.stringify({ path }), affected: 1 }
    }),
})

export const accountRoutes = (): Mount[] => [
  list(account),
  read(account),
  byPerson(
    create(account, {
      body: NewAccount,
      async insert(tx, body) {
        await requireKind(tx, body.personId, body.kind)
        return createAccount(tx, body)
      },
    }),
  ),
  byPerson(
    change(account, {
      body: AccountChange,
      async update(tx, { id, change: { status }, before }) {
        if (before.status === 'invited' && status === 'active')
          throw problem('rule-broken', { detail: 'An invited account becomes active when its link is used.' })
        if (status) await setStatus(tx, id, status)
      },
    }),
  ),
  byPerson(invitePerson()),
]
