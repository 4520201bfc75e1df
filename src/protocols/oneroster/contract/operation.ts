import type { Operation } from '../rest/operation.ts'
import { scopeName, type Version } from '../scopes.ts'
import { failuresOf } from './failures.ts'
import { parametersFor } from './parameters.ts'
import { envelopeOf, idPairs, type Json } from './schemas.ts'

/** One operation of the standard as OpenAPI. */
export function describeOperation(operation: Operation, version: Version): Json {
  const { operationId, service, method, scopes, body } = operation
  return {
    operationId,
    summary: summaryOf(operationId),
    description: aboutOf(operation, version),
    tags: [service],
    parameters: parametersFor(operation),
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: body(version) } } },
    }),
    security: scopes.map((scope) => ({ oauth: [scopeName(version, scope)] })),
    responses: {
      ...successes(operation),
      ...Object.fromEntries(
        failuresOf(method).map((status) => [status, { $ref: `#/components/responses/Failure${status}` }]),
      ),
    },
  }
}

/** `getStudentsForClass` -> `Get students for class`. */
function summaryOf(operationId: string): string {
  const words = operationId.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return `${words[0]?.toUpperCase()}${words.slice(1)}`
}

function aboutOf({ resource, scopes }: Operation, version: Version): string {
  const names = scopes.map((scope) => `\`${scopeName(version, scope)}\``).join(' or ')
  const granted = resource.needs.map((scope) => `\`${scope}\``).join(' or ')
  return `${resource.about}\n\nThe token names ${names}, and the school's agreement grants ${granted}.`
}

const json = (schema: Json): Json => ({ 'application/json': { schema } })
const header = (name: string): Json => ({ $ref: `#/components/headers/${name}` })

function successes({ method, isOne, resource }: Operation): Json {
  switch (method) {
    case 'GET': {
      const headers = { headers: { 'X-Total-Count': header('TotalCount'), Link: header('Link') } }
      return {
        200: {
          description: isOne ? 'The object.' : 'A page.',
          ...(!isOne && headers),
          content: json(envelopeOf(resource, isOne)),
        },
      }
    }
    case 'PUT':
      return { 200: { description: 'Changed.' }, 201: { description: 'Made.' } }
    case 'POST':
      return { 201: { description: 'Made.', content: json(idPairs) } }
    case 'DELETE':
      return { 204: { description: 'Removed.' } }
  }
}
