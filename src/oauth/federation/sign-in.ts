import { sql } from 'drizzle-orm'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as openid from 'openid-client'
import { sealer } from '../../foundation/access/seal.ts'
import { readInSchool, systemActor } from '../../foundation/db/transaction.ts'
import { errorPage } from '../pages/other-pages.ts'
import { findAccount } from '../people/accounts.ts'
import { keepProgress, showGone, showTo, type Visit } from '../sign-in/interaction.ts'
import { enterAfterProvider, schoolOf } from '../sign-in/login.ts'
import { discover, type IdentityProvider, isAllowed, providersOf, subjectAt } from './providers.ts'

/** The one address to which providers send people back. */
export const callbackPath = '/oauth/federation/callback'

/** What is remembered while somebody is at the provider. */
export interface Away {
  schoolId: string
  providerId: string
  verifier: string
  nonce: string
  state: string
}

async function providerOf(
  { options }: Visit,
  schoolId: string,
  id: string,
): Promise<IdentityProvider | undefined> {
  return (await providersOf(options.db, schoolId)).find((each) => each.id === id)
}

/** Sends somebody to the provider (authorization code with PKCE, state and nonce). */
export async function leaveFor(visit: Visit) {
  const { options, request, details, reply } = visit
  const { provider: id } = request.params as { provider: string }
  const schoolId = await schoolOf(visit)
  const provider = schoolId === undefined ? undefined : await providerOf(visit, schoolId, id)
  if (schoolId === undefined || !provider) return showGone(reply)
  const config = await discover(provider, sealer(options.secret), options.publicUrl).catch(() => undefined)
  if (!config) return showTo(visit, away(provider), 502)
  const away_: Away = {
    schoolId,
    providerId: id,
    verifier: openid.randomPKCECodeVerifier(),
    nonce: openid.randomNonce(),
    state: `${details.uid}.${openid.randomState()}`,
  }
  await keepProgress(visit, { schoolId, away: away_ })
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: `${options.publicUrl}${callbackPath}`,
    scope: 'openid',
    state: away_.state,
    nonce: away_.nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(away_.verifier),
    code_challenge_method: 'S256',
    ...(provider.kind === 'google' && provider.allowed && { hd: provider.allowed }),
  })
  return reply.redirect(url.href, 303)
}

const away = ({ name }: IdentityProvider) =>
  errorPage({
    title: 'You cannot sign in there now',
    detail: `${name} does not answer. Try again, or use a password.`,
  })

/** The sign-in is known by a cookie of its own address: on to there, with all that the provider has sent. */
export function forwardCallback(request: FastifyRequest, reply: FastifyReply) {
  const query = new URL(request.url, 'http://x').search
  const [, uid] = /^([\w-]{10,100})\./.exec(new URLSearchParams(query).get('state') ?? '') ?? []
  return uid === undefined
    ? showGone(reply)
    : reply.redirect(`/oauth/interaction/${uid}/returned${query}`, 303)
}

/** Takes what the provider says, and finds the account that the school has linked with it. */
export async function comeBack(visit: Visit) {
  const { options, progress, request, reply } = visit
  const gone = progress.away
  const provider = gone && (await providerOf(visit, gone.schoolId, gone.providerId))
  if (!gone || !provider) return showGone(reply)
  const claims = await claimsFrom(visit, provider, gone, new URL(request.url, 'http://x').search)
  // Whatever it was, it is good once.
  await keepProgress(visit, { schoolId: gone.schoolId })
  if (!claims || !isAllowed(provider, claims)) return showTo(visit, refused(provider), 403)
  const subject = subjectAt(provider, claims)
  const accountId = await linkedAccount(visit, gone, subject)
  const account =
    accountId === undefined ? undefined : await findAccount(options.db, gone.schoolId, accountId)
  if (account?.status !== 'active') return showTo(visit, unlinked(provider, subject), 403)
  const means = Array.isArray(claims.amr) && claims.amr.includes('mfa') ? ['fed', 'mfa'] : ['fed']
  return enterAfterProvider(visit, account, means)
}

async function claimsFrom(
  { options }: Visit,
  provider: IdentityProvider,
  { verifier, nonce, state }: Away,
  query: string,
): Promise<openid.IDToken | undefined> {
  try {
    const config = await discover(provider, sealer(options.secret), options.publicUrl)
    const tokens = await openid.authorizationCodeGrant(
      config,
      new URL(`${options.publicUrl}${callbackPath}${query}`),
      {
        pkceCodeVerifier: verifier,
        expectedNonce: nonce,
        expectedState: state,
        idTokenExpected: true,
      },
    )
    return tokens.claims()
  } catch {
    return undefined
  }
}

async function linkedAccount(
  { options }: Visit,
  { schoolId, providerId }: Away,
  subject: string,
): Promise<string | undefined> {
  const [found] = await readInSchool(options.db, systemActor(schoolId, 'sign-in'), (tx) =>
    tx.sql<{ accountId: string }>(
      sql`select account_id as "accountId" from identities where school_id = ${schoolId} and provider_id = ${providerId} and subject = ${subject}`,
    ),
  )
  return found?.accountId
}

const refused = ({ name }: IdentityProvider) =>
  errorPage({ title: 'That did not work', detail: `${name} did not sign you in as somebody of this school.` })

const unlinked = ({ name }: IdentityProvider, subject: string) =>
  errorPage({
    title: 'Your account is not linked yet',
    detail: `The school office can link your account at ${name} with the one you have here.`,
    reference: subject,
  })
