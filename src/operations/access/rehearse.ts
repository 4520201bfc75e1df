import { type Static, Type } from '@sinclair/typebox'
import { and, eq } from 'drizzle-orm'
import type { FastifyReply } from 'fastify'
import { readInSchool, type Tx } from '../../foundation/db/transaction.ts'
import { sendJson } from '../../foundation/http/answer.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import { refuse } from '../../foundation/http/problems.ts'
import { type Resource, readScope } from '../../foundation/resource/resource.ts'
import { groupOf, Id, oneOf, Whole } from '../../foundation/resource/spoken.ts'
import { accounts } from '../../oauth/people/table.ts'
import { lockAgreement } from '../apps/agreements.ts'
import { findApp } from '../apps/apps.ts'
import { faultsOfScopes } from '../apps/rules.ts'
import { changedPermissions } from './role-routes.ts'
import { faultsOfPermissions, permitted, type Role, roles } from './roles.ts'
import { roleAssignments } from './table.ts'

const strict = { additionalProperties: false }
const scopes = Type.Array(Type.String({ maxLength: 100 }), {
  maxItems: 200,
  uniqueItems: true,
  description: 'The scopes as they would be.',
  examples: [['pupils:read']],
})
const names = roles.map(({ name }) => name)

const Rehearsal = Type.Object(
  {
    role: Type.Optional(oneOf(names, { description: 'The role that would change.', examples: ['teacher'] })),
    agreementId: Type.Optional(Id('Or the agreement that would change.')),
    scopes,
  },
  { ...strict, title: 'Rehearsal' },
)

const Shift = Type.Array(
  Type.Object(
    {
      scope: Type.String({ description: 'The scope.', examples: ['pupils.sen:read'] }),
      fields: Type.Array(Type.String(), {
        description: 'Fields, as `resource.field`; a resource as a whole without one.',
        examples: [['pupils.senStatus']],
      }),
    },
    { ...strict, title: 'AccessShift' },
  ),
  { description: 'Scope by scope, with its fields.' },
)

const Outcome = Type.Object(
  {
    appear: Shift,
    disappear: Shift,
    people: Whole(
      'Accounts that hold the role today; 0 for an agreement of an app that acts for the school.',
      0,
      1_000_000,
      41,
    ),
  },
  { ...strict, title: 'RehearsalOutcome' },
)

/** `POST /access/rehearsals`: what a change of a role or an agreement would show and hide. Nothing is changed. */
export const rehearseRoute = (resources: readonly Resource[]): Mount => ({
  method: 'POST',
  path: '/access/rehearsals',
  operationId: 'rehearseAccess',
  scope: 'access:read',
  tag: 'roles',
  summary: 'Rehearse a change of a role or an agreement',
  description:
    'Tells which scopes and fields would appear and disappear, and for how many people. Nothing is changed.',
  body: Rehearsal,
  answers: { 200: { description: 'What would happen.', schema: Outcome } },
  problems: [404, 413, 415, 422],
  cost: 2,
  handler: (context) => answerRehearsal(context, resources),
})

async function answerRehearsal(
  { db, actor, request, reply }: Context,
  resources: readonly Resource[],
): Promise<FastifyReply> {
  const { role, agreementId, scopes: wanted } = request.body as Static<typeof Rehearsal>
  if ((role === undefined) === (agreementId === undefined))
    refuse([{ path: '/role', message: 'Name a role, or an agreement, and not both.' }])
  const outcome = await readInSchool(db, actor, (tx) =>
    role === undefined ? ofAgreement(tx, agreementId as string, wanted) : ofRole(tx, role, wanted),
  )
  const shift = (from: readonly string[], to: readonly string[]) =>
    to
      .filter((scope) => !from.includes(scope))
      .map((scope) => ({ scope, fields: fieldsOf(resources, scope) }))
  const { before, after, people } = outcome
  return sendJson(
    reply,
    JSON.stringify({ appear: shift(before, after), disappear: shift(after, before), people }),
  )
}

interface Change {
  before: readonly string[]
  after: readonly string[]
  people: number
}

async function ofRole(tx: Tx, name: string, wanted: readonly string[]): Promise<Change> {
  const role = roles.find((each) => each.name === name) as Role
  refuse(faultsOfPermissions(role, wanted))
  const before = permitted(role, (await changedPermissions(tx)).get(name))
  const people =
    role.kind === 'staff'
      ? await tx.orm.$count(
          roleAssignments,
          and(eq(roleAssignments.schoolId, tx.schoolId), eq(roleAssignments.role, name)),
        )
      : await tx.orm.$count(accounts, and(eq(accounts.schoolId, tx.schoolId), eq(accounts.kind, role.kind)))
  return { before, after: permitted(role, wanted), people }
}

async function ofAgreement(tx: Tx, id: string, wanted: readonly string[]): Promise<Change> {
  const { appId, scopes: before } = await lockAgreement(tx, id, 'none')
  refuse(faultsOfScopes(wanted, await findApp(tx, appId)))
  return { before, after: wanted, people: 0 }
}

/** What a scope opens, in fields. */
function fieldsOf(resources: readonly Resource[], scope: string): string[] {
  const name = scope.split(':')[0] as string
  return resources.flatMap((of) =>
    Object.entries(of.row.properties)
      .filter(([, schema]) => readScope(of, groupOf(schema)).split(':')[0] === name)
      .map(([field]) => `${of.name}.${field}`),
  )
}
