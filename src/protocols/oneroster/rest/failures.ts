import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { problemOf } from '../../../foundation/http/errors.ts'
import type { Problem } from '../../../foundation/http/problems.ts'
import type { ConstraintMeanings } from '../../../foundation/resource/resource.ts'

/** The words that OneRoster has for what went wrong (1.2 information model, imsx_codeMinorFieldValue). */
export const codeMinors = [
  'invalid_filter_field',
  'invalid_selection_field',
  'invaliddata',
  'unauthorisedrequest',
  'forbidden',
  'server_busy',
  'unknownobject',
  'internal_server_error',
] as const

export type CodeMinor = (typeof codeMinors)[number]

/** A request that OneRoster has a word of its own for. */
export class Fault extends Error {
  readonly status: number
  readonly minor: CodeMinor

  constructor(status: number, minor: CodeMinor, description: string) {
    super(description)
    this.status = status
    this.minor = minor
  }
}

const minors: Readonly<Record<number, CodeMinor>> = {
  401: 'unauthorisedrequest',
  403: 'forbidden',
  404: 'unknownobject',
  429: 'server_busy',
  503: 'server_busy',
}

/** Renders any failure as a bare status object: our own problems in OneRoster's words. */
export function answerFailure(meanings: () => ConstraintMeanings) {
  return (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof Fault) return sendFailure(reply, error.status, error.minor, error.message)
    const found = problemOf(error, meanings())
    request.refusal = found.code
    if (found.status >= 500)
      request.log.error({ err: { message: found.message, stack: error.stack } }, 'request failed')
    if (found.status === 503) reply.header('retry-after', '5')
    reply.headers(found.headers)
    const minor = minors[found.status] ?? (found.status >= 500 ? 'internal_server_error' : 'invaliddata')
    return sendFailure(reply, found.status, minor, sentenceOf(found))
  }
}

/** What was wrong, where, and what to do, in one text: there is no other place for it. */
function sentenceOf({ message, errors }: Problem): string {
  return [
    errors?.length && !message.endsWith('.') ? `${message}:` : message,
    ...(errors ?? []).map((each) => `${each.path.replace(/^[/?]/, '')}: ${each.message}`),
  ].join(' ')
}

export function sendFailure(
  reply: FastifyReply,
  status: number,
  minor: CodeMinor,
  description: string,
): FastifyReply {
  const body = {
    imsx_codeMajor: 'failure',
    imsx_severity: 'error',
    imsx_description: description,
    imsx_CodeMinor: {
      imsx_codeMinorField: [{ imsx_codeMinorFieldName: 'TargetEndSystem', imsx_codeMinorFieldValue: minor }],
    },
  }
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body))
}
