import { operations } from '../operations.ts'
import type { OneRosterResource } from '../resource.ts'
import { baseOf, type Operation, type Service } from '../rest/operation.ts'
import { type OneRosterScope, scopeName, type Version } from '../scopes.ts'
import { failureResponses, failuresOf, statusInfo } from './failures.ts'
import { describeOperation } from './operation.ts'
import { pagingParameters, parametersOf } from './parameters.ts'
import { type Json, schemasOf } from './schemas.ts'

const titles: Readonly<Record<Version, string>> = { v1p1: 'OneRoster 1.1', v1p2: 'OneRoster 1.2' }

const services: Readonly<Record<Service, string>> = {
  rostering: 'Who is at the school, and in which class.',
  gradebook: 'Categories, line items, results and score scales.',
  resources: 'Teaching resources.',
}

const root = '/ims/oneroster'

/**
 * OpenAPI 3.1 of a version, or of one service of it, made from the very operations and fields that are served. A service
 * alone has its own address as its server; together, the services of 1.2 stand below their common one.
 */
export function oneRosterContract(version: Version, publicUrl: string, only?: Service): Json {
  const described = operations.filter(
    (each) => each.versions.includes(version) && (only === undefined || each.service === only),
  )
  const base = only ? baseOf(version, only) : version === 'v1p1' ? baseOf(version, 'rostering') : root
  const resources = resourcesOf(described)
  const tags = Object.entries(services).filter(([name]) => described.some(({ service }) => service === name))
  return {
    openapi: '3.1.0',
    info: {
      title: titles[version],
      version: version === 'v1p1' ? '1.1.0' : '1.2.0',
      description: `${titles[version]} over the records of the school. What an app sees is what its agreement with the school grants: fields and people beyond it are left out.`,
      license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
    },
    servers: [{ url: `${publicUrl}${base}`, description: 'This server' }],
    tags: tags.map(([name, description]) => ({ name, description })),
    paths: pathsOf(described, version, base),
    components: {
      securitySchemes: { oauth: schemeOf(described, version, publicUrl) },
      schemas: { ...schemasOf(resources, version), StatusInfo: statusInfo },
      parameters: Object.assign(
        { ...pagingParameters },
        ...resources.map((each) => parametersOf(each, version)),
      ),
      responses: failureResponses([...new Set(described.flatMap(({ method }) => failuresOf(method)))].sort()),
      headers: listHeaders,
    },
  }
}

const resourcesOf = (described: readonly Operation[]): OneRosterResource[] => [
  ...new Set(described.map(({ resource }) => resource)),
]

function pathsOf(described: readonly Operation[], version: Version, base: string): Json {
  const paths: Record<string, Json> = {}
  for (const operation of described) {
    const path = `${baseOf(version, operation.service).slice(base.length)}${operation.path}`
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describeOperation(operation, version) }
  }
  return paths
}

const listHeaders: Json = {
  TotalCount: {
    description: 'How many rows there are, after the filter.',
    schema: { type: 'integer', minimum: 0 },
  },
  Link: {
    description: 'RFC 8288: next, prev, first and last page.',
    schema: { type: 'string' },
  },
}

const scopeMeanings: Readonly<Record<OneRosterScope, string>> = {
  'roster.readonly': 'Read the roster.',
  'roster-core.readonly': 'Read the collections of the roster and their objects.',
  'roster-demographics.readonly': 'Read birth dates and sex.',
  'gradebook.readonly': 'Read categories, line items, results and score scales.',
  'gradebook-core.readonly': 'Read the collections of the gradebook and their objects.',
  'gradebook.createput': 'Write objects of the gradebook under ids of the caller.',
  'gradebook.createpost': 'Add objects to the gradebook.',
  'gradebook.delete': 'Remove objects from the gradebook.',
  'assessment.readonly': 'Read assessments and their results.',
  'assessment.createput': 'Write assessments and their results.',
  'assessment.delete': 'Remove assessments and their results.',
  'resource.readonly': 'Read teaching resources.',
  'resource-core.readonly': 'Read teaching resources and their objects.',
}

function schemeOf(described: readonly Operation[], version: Version, publicUrl: string): Json {
  const used = new Set(described.flatMap(({ scopes }) => scopes))
  const scopes = Object.fromEntries([...used].map((name) => [scopeName(version, name), scopeMeanings[name]]))
  return {
    type: 'oauth2',
    description: 'A program that acts for the school (RFC 6749, 4.4).',
    flows: { clientCredentials: { tokenUrl: `${publicUrl}/oauth/token`, scopes } },
  }
}
