import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'
import { groupKeyword } from '../resource/spoken.ts'
import { isInstant } from '../time/days.ts'
import { type Fault, problem } from './problems.ts'

const common = { allErrors: true, strict: false, keywords: [groupKeyword] }

/** Bodies are taken at their word: nothing is coerced, filled in or removed. */
const strict = withFormats(
  new Ajv({ ...common, coerceTypes: false, removeAdditional: false, useDefaults: false }),
)
/** Query strings and paths are text, so numbers and booleans are read from it. */
const textual = withFormats(
  new Ajv({ ...common, coerceTypes: true, removeAdditional: false, useDefaults: true }),
)

function withFormats(ajv: Ajv): Ajv {
  // The default export of this CommonJS package is the function itself.
  const add = addFormats as unknown as (ajv: Ajv, formats: string[]) => Ajv
  add(ajv, ['uuid', 'date', 'time', 'email', 'uri'])
  // Without leap seconds, which no Date can hold.
  ajv.addFormat('date-time', { type: 'string', validate: isInstant })
  return ajv
}

const codes = {
  body: 'body-invalid',
  querystring: 'query-invalid',
  params: 'path-invalid',
  headers: 'header-invalid',
} as const

/**
 * Compiles every schema with the strictness of its part and words every fault in the same way. A schema is compiled when it
 * is first asked: all of them together are a quarter of a second at every start.
 */
export function validateRequests(app: FastifyInstance): void {
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const part = (httpPart ?? 'body') as keyof typeof codes
    let compiled: ValidateFunction | undefined
    return (value: unknown) => {
      compiled ??= (part === 'body' ? strict : textual).compile(schema as object)
      const validate = compiled
      if (validate(value)) return true
      return { error: problem(codes[part], { errors: faultsOf(validate, part) }) }
    }
  })
}

/** Every fault of a body that is not read by a route of ours. */
export function bodyFaults(schema: object): (body: unknown) => Fault[] {
  const validate = strict.compile(schema)
  return (body) => (validate(body) ? [] : faultsOf(validate, 'body'))
}

function faultsOf({ errors }: ValidateFunction, part: string): Fault[] {
  const seen = new Set<string>()
  return (errors ?? [])
    .map((error) => ({ path: pathOf(error, part), message: messageOf(error) }))
    .filter(({ path, message }) => !seen.has(`${path} ${message}`) && seen.add(`${path} ${message}`))
    .slice(0, 100)
}

function pathOf({ instancePath, keyword, params }: ErrorObject, part: string): string {
  const name = keyword === 'required' ? params.missingProperty : params.additionalProperty
  const path = name === undefined ? instancePath : `${instancePath}/${name}`
  return part === 'querystring' ? `?${path.slice(1)}` : path
}

function messageOf({ keyword, params, message }: ErrorObject): string {
  if (keyword === 'additionalProperties') return 'This name is not known here.'
  if (keyword === 'required') return 'This is required.'
  if (keyword === 'enum') return `must be one of: ${params.allowedValues.join(', ')}`
  return message ?? 'is not valid'
}
