import { type Scope, scopeMeanings } from '../../foundation/access/scopes.ts'
import { consentPage } from '../pages/consent-page.ts'
import { errorPage } from '../pages/other-pages.ts'
import { findAccount } from '../people/accounts.ts'
import { partsOfSubject } from '../subject.ts'
import { finish, formOf, showTo, type Visit } from './interaction.ts'
import { brandOf } from './schools.ts'

interface Asked {
  accountId: string
  schoolId: string
  /** Scopes of the API that are asked for and could be had. */
  scopes: readonly string[]
  /** Asked for, but not within the school's agreement and the person's roles. */
  beyond: readonly string[]
  resource: string
}

/** What the app asks for, of what the person could give it. */
async function askedOf({ details, client, options }: Visit): Promise<Asked | undefined> {
  const parts = partsOfSubject(details.session?.accountId ?? '')
  if (!parts) return undefined
  const standing = await options.standing({ ...parts, clientId: client.clientId })
  if (typeof standing === 'string') return undefined
  const missing = (details.prompt.details.missingResourceScopes ?? {}) as Record<string, string[]>
  const [resource = `${options.publicUrl}/v1`, wanted = []] = Object.entries(missing)[0] ?? []
  const isWithin = (scope: string) => standing.scopes.has(scope) && standing.rules?.has(scope) === true
  return {
    ...parts,
    resource,
    scopes: wanted.filter(isWithin),
    beyond: wanted.filter((scope) => !isWithin(scope)),
  }
}

interface Registered {
  publisher: string
  optional: string[]
  privacyNotice: string | null
  dataLocation: string | null
}

async function registered({ options, client }: Visit): Promise<Registered> {
  const { rows } = await options.db.pool.query<Registered>(
    `select publisher, optional_scopes as optional, privacy_notice as "privacyNotice", data_location as "dataLocation"
     from clients where id = $1`,
    [client.clientId],
  )
  return rows[0] as Registered
}

export async function showConsent(visit: Visit) {
  const { options, client } = visit
  const asked = await askedOf(visit)
  if (!asked) return showTo(visit, closed(), 403)
  const { schoolId, accountId } = asked
  const account = await findAccount(options.db, schoolId, accountId)
  if (!account) return showTo(visit, closed(), 403)
  const { optional, ...app } = await registered(visit)
  const text = consentPage(formOf(visit), {
    ...app,
    brand: await brandOf(options.db, schoolId),
    appName: client.clientName ?? client.clientId,
    personName: account.name,
    ...(await options.aboutAccess({ schoolId, clientId: client.clientId }, account)),
    scopes: asked.scopes.map((scope) => ({
      scope,
      meaning: scopeMeanings.get(scope as Scope) ?? scope,
      isOptional: optional.includes(scope),
    })),
  })
  return showTo(visit, text)
}

const closed = () =>
  errorPage({
    title: 'You cannot go on',
    detail: 'Your school has no agreement in force with this app, or your account is closed.',
  })

/** Stores what was allowed; what was switched off, or is beyond the person's right, is refused for good. */
export async function takeConsent(visit: Visit): Promise<unknown> {
  const { provider, details, client, request } = visit
  const asked = await askedOf(visit)
  if (!asked) return showTo(visit, closed(), 403)
  const { optional } = await registered(visit)
  const chosen = new Set(new URLSearchParams(String(request.body)).getAll('scope'))
  const isAllowed = (scope: string) => !optional.includes(scope) || chosen.has(scope)
  const grant =
    (details.grantId === undefined ? undefined : await provider.Grant.find(details.grantId)) ??
    new provider.Grant({ accountId: details.session?.accountId as string, clientId: client.clientId })
  const { missingOIDCScope, missingOIDCClaims } = details.prompt.details as {
    missingOIDCScope?: string[]
    missingOIDCClaims?: string[]
  }
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '))
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims)
  grant.addResourceScope(asked.resource, asked.scopes.filter(isAllowed).join(' '))
  const refused = [...asked.scopes.filter((scope) => !isAllowed(scope)), ...asked.beyond]
  if (refused.length > 0) grant.rejectResourceScope(asked.resource, refused.join(' '))
  const grantId = await grant.save()
  visit.options.audit.note(asked.schoolId, {
    event: 'consent.given',
    appId: client.clientId,
    accountId: asked.accountId,
    details: { scopes: asked.scopes.filter(isAllowed).join(' ') },
  })
  return finish(visit, { consent: details.grantId === undefined ? { grantId } : {} })
}
