import type { FastifyInstance, FastifyRequest } from 'fastify'
import { problem } from './problems.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came: an Idempotency-Key is bound to it. */
    bodyText: string
  }
}

/** Deep nesting stalls the event loop (0.15-0.6 s for 900 KB); no body of ours needs more than a handful of levels. */
const mostLevels = 20

/** Reads JSON bodies strictly: valid, shallow, no prototype tricks, no characters that cannot be stored. */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.decorateRequest('bodyText', '')
  const types = ['application/json', 'application/merge-patch+json']
  app.addContentTypeParser(types, { parseAs: 'string' }, (request: FastifyRequest, text, done) => {
    const body = text as string
    try {
      if (isTooDeep(body)) throw problem('body-too-deep')
    } catch (error) {
      return done(error as Error, undefined)
    }
    request.bodyText = body
    parse(request, body, (error, value) => {
      if (error) return done(problem('json-invalid', { cause: error }), undefined)
      const fault = body.includes('\\u') || !body.isWellFormed() ? badText(value, '') : undefined
      if (fault !== undefined) return done(characterRefused(fault), undefined)
      done(null, value)
    })
  })
}

/** Archives are taken as they are; only an operation that says so has a use for them. */
export function acceptZip(app: FastifyInstance): void {
  app.addContentTypeParser('application/zip', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
}

function characterRefused(path: string) {
  const message = 'This text holds a NUL character or half a surrogate pair.'
  return problem('character-refused', { errors: [{ path, message }] })
}

/** Counts brackets outside strings, before anything is built from them. */
function isTooDeep(text: string): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 92 /* \ */ && inString) at++
    else if (code === 34 /* " */) inString = !inString
    else if (!inString && (code === 123 || code === 91) && ++depth > mostLevels) return true
    else if (!inString && (code === 125 || code === 93)) depth--
  }
  return false
}

/** Path of the first text (or name) that PostgreSQL could not store as it is. */
function badText(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : path
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, inner] of Object.entries(value)) {
    const here = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (!isStorable(name)) return path
    const found = badText(inner, here)
    if (found !== undefined) return found
  }
  return undefined
}

export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
