import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type Provider from 'oidc-provider'
import type { Client } from 'oidc-provider'
import { strongContext } from '../../foundation/access/principal.ts'
import { isSensitive } from '../../foundation/access/scopes.ts'
import type { Away } from '../federation/sign-in.ts'
import { errorPage } from '../pages/other-pages.ts'
import type { FormData } from '../pages/page.ts'
import { pageHeaders } from '../pages/page.ts'
import type { ProviderOptions } from '../provider.ts'
import { formTarget } from '../server-pages.ts'

export type Details = Awaited<ReturnType<Provider['interactionDetails']>>

/** What is known so far of a sign-in that takes several pages. */
export interface Progress {
  schoolId?: string
  /** The account whose password was right. */
  accountId?: string
  /** How the person has signed in so far (`amr`). */
  means?: string[]
  /** The secret that is being taken into use, sealed. */
  newTotp?: string
  /** What a passkey is to sign. */
  challenge?: string
  /** While somebody is at an identity provider. */
  away?: Away
}

/** One visit to a page of a sign-in. */
export interface Visit {
  provider: Provider
  options: ProviderOptions
  request: FastifyRequest
  reply: FastifyReply
  details: Details
  client: Client
  progress: Progress
  form: Readonly<Record<string, string>>
}

/** Reads where a sign-in stands. The server finds it by its cookie; the address must name the same one. */
export async function visit(
  provider: Provider,
  options: ProviderOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Visit | undefined> {
  const { uid } = request.params as { uid: string }
  const details = await provider.interactionDetails(request.raw, reply.raw).catch(() => undefined)
  if (details?.uid !== uid) return undefined
  const client = await provider.Client.find(String(details.params.client_id))
  if (!client) return undefined
  const progress = ((details.result as { progress?: Progress } | undefined)?.progress ?? {}) as Progress
  const form = Object.fromEntries(new URLSearchParams(typeof request.body === 'string' ? request.body : ''))
  return { provider, options, request, reply, details, client, progress, form }
}

/** Keeps what is known for the next page. */
export async function keepProgress({ details, options }: Visit, progress: Progress): Promise<void> {
  details.result = { ...details.result, progress } as NonNullable<Details['result']>
  await details.save(details.exp - Math.floor(options.clock.now().getTime() / 1000))
}

/** Ends the visit: the server goes on from here. */
export async function finish(
  { provider, request, reply }: Visit,
  result: Parameters<Provider['interactionFinished']>[2],
): Promise<void> {
  reply.hijack()
  // A consent follows a login that the server has to remember: without it `prompt=login` would ask for ever.
  await provider.interactionFinished(request.raw, reply.raw, result, {
    mergeWithLastSubmission: 'consent' in result,
  })
}

export function showTo({ reply, details }: Visit, text: string, status = 200): FastifyReply {
  const uri = details.params.redirect_uri
  const targets = typeof uri === 'string' && URL.canParse(uri) ? [formTarget(uri)] : []
  return reply.code(status).headers(pageHeaders(targets)).send(text)
}

export function showGone(reply: FastifyReply): FastifyReply {
  const detail = 'This sign-in has ended, or was begun in another browser.'
  return reply
    .code(400)
    .headers(pageHeaders())
    .send(errorPage({ title: 'Begin again', detail }))
}

const csrfOf = (secret: string, uid: string) =>
  createHmac('sha256', secret).update(`form ${uid}`).digest('base64url')

export function formOf({ options, details }: Visit, faults: readonly string[] = []): FormData {
  return {
    action: `/oauth/interaction/${details.uid}`,
    csrf: csrfOf(options.secret, details.uid),
    faults,
  }
}

/** Whether a form came from a page of ours: it holds our token, and no other origin is named. */
export function isOurs({ options, details, form, request }: Visit): boolean {
  const { origin } = request.headers
  const isOwnOrigin =
    origin === undefined ||
    origin === 'null' ||
    (URL.canParse(origin) && new URL(origin).host === request.host)
  const expected = Buffer.from(csrfOf(options.secret, details.uid))
  const sent = Buffer.from(form.csrf ?? '')
  return isOwnOrigin && sent.length === expected.length && timingSafeEqual(sent, expected)
}

/** Whether the app asks for what needs a second factor. */
export function needsSecondFactor({ details }: Visit): boolean {
  const { scope, acr_values: contexts } = details.params
  return (
    String(contexts ?? '')
      .split(' ')
      .includes(strongContext) ||
    String(scope ?? '')
      .split(' ')
      .some(isSensitive)
  )
}
