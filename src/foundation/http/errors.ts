import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type DatabaseError, databaseError, rootOf } from '../db/errors.ts'
import { isExhausted, isTransient } from '../db/pool.ts'
import type { ConstraintMeanings } from '../resource/resource.ts'
import { DayOutOfRange } from '../time/days.ts'
import { catalogue, type ProblemCode } from './problem-catalogue.ts'
import { type Problem, Problem as ProblemError, problem } from './problems.ts'

/** Seconds after which a caller may try again when the server is at fault for a moment. */
const retryAfterSeconds = '2'

/** Fastify's own errors, said in ours. */
const frameworkCodes: Record<string, ProblemCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type-refused',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'json-invalid',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'header-invalid',
  FST_ERR_MAX_PARAM_LENGTH: 'path-invalid',
  FST_ERR_BAD_URL: 'path-invalid',
}

/** Every failure of a request is rendered here and nowhere else (RFC 9457). */
export function renderProblems(app: FastifyInstance, meanings: () => ConstraintMeanings): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const found = problemOf(error, meanings())
    if (found.status >= 500)
      request.log.error({ err: loggable(found.cause ?? error), code: found.code }, 'request failed')
    else request.log.debug({ code: found.code }, 'request refused')
    return sendProblem(found, request, reply)
  })
}

/** The fault itself, without the statement around it: its values may be personal data. */
export function loggable(error: unknown): object {
  const { name, message, stack, code } = rootOf(error) as NodeJS.ErrnoException
  return { name, message, stack, ...(code !== undefined && { code }) }
}

export function sendProblem(found: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, code, detail, errors, conflicts, headers } = found
  request.refusal = code
  if (status === 503) reply.header('retry-after', retryAfterSeconds)
  const body = {
    type: `/problems/${code}`,
    title: catalogue[code].title,
    status,
    code,
    ...(detail !== undefined && { detail }),
    ...(errors && { errors }),
    ...(conflicts && { conflicts }),
    remedy: catalogue[code].remedy,
    correlationId: request.id,
  }
  return reply
    .code(status)
    .headers({ ...headers, 'cache-control': 'no-store' })
    .type('application/problem+json')
    .send(JSON.stringify(body))
}

/** What any thrown thing means to a caller. */
export function problemOf(error: unknown, meanings: ConstraintMeanings): Problem {
  if (error instanceof ProblemError) return error
  if (error instanceof DayOutOfRange) return problem('value-refused', { detail: error.message, cause: error })
  const framework = frameworkCodes[(error as FastifyError).code]
  if (framework) return problem(framework, { cause: error })
  const fault = databaseError(error)
  if (fault) return databaseProblem(fault, meanings)
  if (isExhausted(error)) return problem('overloaded', { cause: error })
  if (isTransient(error)) return problem('database-unavailable', { cause: error })
  const { statusCode } = error as FastifyError
  return statusCode === 400
    ? problem('json-invalid', { cause: error })
    : problem('internal-error', { cause: error })
}

function databaseProblem(fault: DatabaseError, meanings: ConstraintMeanings): Problem {
  if (fault.code.startsWith('23')) return constraintProblem(fault, meanings)
  // Row-level security: the row is about a pupil whom the caller does not reach, so for the caller there is none.
  if (fault.code === '42501' && fault.message.includes('row-level security'))
    return problem('reference-unknown', { detail: 'It concerns a pupil who is not found.', cause: fault })
  // Class 22: a value that passed validation but not PostgreSQL.
  if (fault.code.startsWith('22')) return problem('value-refused', { cause: fault })
  // Serialization failure, deadlock, lock or statement timeout, out of resources: worth another try.
  if (/^(40|53|55P03|57014)/.test(fault.code)) return problem('overloaded', { cause: fault })
  if (isTransient(fault)) return problem('database-unavailable', { cause: fault })
  return problem('internal-error', { cause: fault })
}

function constraintProblem(fault: DatabaseError, meanings: ConstraintMeanings): Problem {
  const { constraint = '', code } = fault
  const meaning = meanings[constraint]
  const path = meaning?.path ?? `/${camel(constraint.split('__')[1] ?? '')}`
  if (meaning) return problem(meaning.code, { errors: [{ path, message: meaning.message }], cause: fault })
  if (code === '23503') return referenceProblem(fault, path)
  if (code === '23505')
    return problem('already-exists', { errors: [{ path, message: 'This value is taken.' }], cause: fault })
  return problem('rule-broken', {
    errors: [{ path, message: `The rule ${constraint} is broken.` }],
    cause: fault,
  })
}

function referenceProblem(fault: DatabaseError, path: string): Problem {
  const isRemoval = fault.message.startsWith('update or delete')
  if (!isRemoval)
    return problem('reference-unknown', {
      errors: [{ path, message: 'There is no such record in this school.' }],
      cause: fault,
    })
  const detail = `It is still referred to by ${fault.constraint?.split('__')[0]?.replaceAll('_', ' ')}.`
  return problem('in-use', { detail, cause: fault })
}

const camel = (snake: string) => snake.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
