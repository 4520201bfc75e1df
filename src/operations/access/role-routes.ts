import { type Static, Type } from '@sinclair/typebox'
import { eq } from 'drizzle-orm'
import { announceAccess } from '../../foundation/access/announce.ts'
import { readInSchool, type Tx } from '../../foundation/db/transaction.ts'
import { answerWrite, sendJson } from '../../foundation/http/answer.ts'
import { byPerson } from '../../foundation/http/by-person.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { WriteHeaders } from '../../foundation/http/parameters.ts'
import { refuse } from '../../foundation/http/problems.ts'
import { change } from '../../foundation/resource/mounts/change.ts'
import { create } from '../../foundation/resource/mounts/create.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { remove } from '../../foundation/resource/mounts/remove.ts'
import { plain } from '../../foundation/resource/rows.ts'
import { wholeOf } from '../../foundation/resource/schemas.ts'
import { oneOf, Text } from '../../foundation/resource/spoken.ts'
import { requireKind } from '../accounts/accounts.ts'
import { NewRoleAssignment, RoleAssignmentChange, requireYearGroup, roleAssignment } from './assignments.ts'
import { faultsOfPermissions, permitted, type Role, roles } from './roles.ts'
import { roleAssignments, rolePermissions } from './table.ts'

const strict = { additionalProperties: false }
const name = oneOf(
  roles.map((role) => role.name),
  { description: 'The role.', examples: ['tutor'] },
)
const scopes = Type.Array(Type.String({ maxLength: 100 }), {
  maxItems: 200,
  uniqueItems: true,
  description: 'Scopes that the role permits.',
  examples: [['pupils:read']],
})

const RoleRow = Type.Object(
  {
    name,
    description: Text('What it is for.', 'Answers for the pupils of a registration group.'),
    rows: oneOf(['all', 'year', 'taught', 'tutored', 'children', 'self'], {
      description:
        'Which pupils it reaches: all, those of a year group, taught, tutored, own children, oneself.',
      examples: ['tutored'],
    }),
    scopes,
    least: Type.Array(Type.String(), { description: 'Scopes that it always holds.', examples: [[]] }),
    most: Type.Array(Type.String(), {
      description: 'Scopes that it may hold at most.',
      examples: [['pupils:read']],
    }),
  },
  { ...strict, title: 'Role' },
)
const Permissions = Type.Object({ scopes }, { ...strict, title: 'RolePermissions' })

/** What the school has changed of its roles. */
export async function changedPermissions(tx: Tx): Promise<Map<string, string[]>> {
  const rows = await tx.orm
    .select({ role: rolePermissions.role, scopes: rolePermissions.scopes })
    .from(rolePermissions)
    .where(eq(rolePermissions.schoolId, tx.schoolId))
  return new Map(rows.map((row) => [row.role, row.scopes]))
}

const spoken = (role: Role, changed: ReadonlyMap<string, string[]>) => ({
  name: role.name,
  description: role.description,
  rows: role.rows,
  scopes: permitted(role, changed.get(role.name)),
  least: role.least,
  most: role.most,
})

const listRoles = (): Mount => ({
  method: 'GET',
  path: '/roles',
  operationId: 'listRoles',
  scope: 'roles:read',
  tag: 'roles',
  summary: 'List the roles',
  description:
    'Every role with what it permits at this school, and the bounds within which that can be changed.',
  answers: {
    200: {
      description: 'All of them.',
      schema: wholeOf(RoleRow),
    },
  },
  problems: [],
  cost: 1,
  async handler({ db, actor, reply }) {
    const changed = await readInSchool(db, actor, changedPermissions)
    return sendJson(reply, JSON.stringify({ data: roles.map((role) => spoken(role, changed)), next: null }))
  },
})

const changeRole = (): Mount => ({
  method: 'PUT',
  path: '/roles/{name}',
  operationId: 'changeRole',
  scope: 'roles:write',
  tag: 'roles',
  summary: 'Set what a role permits',
  description:
    'The whole list of scopes, within `least` and `most`. Takes effect within a second. `POST /access/rehearsals` tells beforehand what would appear and disappear.',
  params: Type.Object({ name }, strict),
  headers: WriteHeaders,
  body: Permissions,
  answers: { 200: { description: 'The role as it is now.', schema: RoleRow } },
  problems: [412, 413, 415, 422],
  cost: 5,
  handler(context) {
    const asked = (context.request.params as { name: string }).name
    const { scopes: wanted } = context.request.body as Static<typeof Permissions>
    const role = roles.find((each) => each.name === asked) as Role
    refuse(faultsOfPermissions(role, wanted))
    return answerWrite(context, async (tx) => {
      const updatedAt = tx.clock.now().toISOString()
      const values = { schoolId: tx.schoolId, role: asked, updatedAt, scopes: wanted }
      await tx.orm
        .insert(rolePermissions)
        .values(values)
        .onConflictDoUpdate({
          target: [rolePermissions.schoolId, rolePermissions.role],
          set: { scopes: wanted, updatedAt },
        })
      tx.log({ resource: 'roles', recordId: tx.schoolId, action: 'changed', fields: [asked] })
      await announceAccess(tx)
      const body = JSON.stringify(spoken(role, await changedPermissions(tx)))
      return { status: 200, headers: {}, body, affected: 1 }
    })
  },
})

const stored = plain(roleAssignments)

export const roleRoutes = (): Mount[] => [
  listRoles(),
  byPerson(changeRole()),
  list(roleAssignment),
  read(roleAssignment),
  byPerson(
    create(roleAssignment, {
      body: NewRoleAssignment,
      async insert(tx, body) {
        requireYearGroup(body)
        await requireKind(tx, body.personId, 'staff')
        await announceAccess(tx)
        return stored.insert(tx, body)
      },
    }),
  ),
  byPerson(
    change(roleAssignment, {
      body: RoleAssignmentChange,
      async update(tx, changed) {
        await stored.update(tx, changed)
        await announceAccess(tx)
      },
    }),
  ),
  byPerson(
    remove(roleAssignment, async (tx, id) => {
      await stored.erase(tx, id)
      await announceAccess(tx)
    }),
  ),
]
