import { sql } from 'drizzle-orm'
import type { OneRosterResource } from '../resource.ts'
import { bothVersions, type Operation, type Within } from '../rest/operation.ts'
import { classes } from '../roster/classes.ts'
import { common } from '../roster/common.ts'
import { courses } from '../roster/courses.ts'
import { users } from '../roster/users.ts'

/** The school keeps no teaching resources: the collections are there, correct and empty. */
const resources: OneRosterResource = {
  many: 'resources',
  one: 'resource',
  about: 'Teaching resources: the school keeps none, so every collection is empty.',
  needs: ['schools:read'],
  isPersonal: false,
  fields: [
    ...common,
    { name: 'title', kind: 'text', column: 'title', about: 'Title.' },
    { name: 'roles', kind: 'texts', column: 'roles', about: 'For whom it is.' },
    {
      name: 'importance',
      kind: 'exact',
      column: 'importance',
      words: ['primary', 'secondary'],
      about: 'Whether it is a main one.',
    },
    {
      name: 'vendorResourceId',
      kind: 'exact',
      column: 'vendor_resource_id',
      isRequired: true,
      about: 'The id that its vendor gave it.',
    },
    { name: 'vendorId', kind: 'exact', column: 'vendor_id', about: 'Who made it.' },
    {
      name: 'applicationId',
      kind: 'exact',
      column: 'application_id',
      about: 'The program to which it belongs.',
    },
  ],
  rows: () => sql`
    select null::uuid as record_id, null::text as sourced_id, null::text as status, null::timestamptz as date_last_modified, null::uuid as subject,
      null::text as title, null::text[] as roles, null::text as importance, null::text as vendor_resource_id, null::text as vendor_id,
      null::text as application_id where false`,
}

const own = { service: 'resources', method: 'GET', resource: resources, versions: bothVersions } as const
const core = ['resource.readonly', 'resource-core.readonly'] as const

const below = (path: string, operationId: string, within: Within): Operation => ({
  ...own,
  path: `${path}/resources`,
  operationId,
  scopes: ['resource.readonly'],
  isOne: false,
  within,
})

export const resourceOperations: readonly Operation[] = [
  below('/classes/{classSourcedId}', 'getResourcesForClass', { classSourcedId: classes }),
  below('/courses/{courseSourcedId}', 'getResourcesForCourse', { courseSourcedId: courses }),
  { ...own, path: '/resources', operationId: 'getAllResources', scopes: core, isOne: false, within: {} },
  {
    ...own,
    path: '/resources/{sourcedId}',
    operationId: 'getResource',
    scopes: core,
    isOne: true,
    within: {},
  },
  { ...below('/users/{userSourcedId}', 'getResourcesForUser', { userSourcedId: users }), versions: ['v1p2'] },
]
