import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'
import { deviceConfirmPage, devicePage, errorPage, messagePage, signOutPage } from './pages/other-pages.ts'
import { pageHeaders } from './pages/page.ts'

type Features = NonNullable<Configuration['features']>

export function showPage(ctx: KoaContextWithOIDC, text: string, formTargets: readonly string[] = []): void {
  ctx.set(pageHeaders(formTargets))
  ctx.body = text
}

/** The server hands over a form of its own; only its token is wanted of it. */
function tokenIn(form: string): { action: string; csrf: string } {
  const [, action = ''] = /action="([^"]*)"/.exec(form) ?? []
  const [, csrf = ''] = /name="xsrf" value="([^"]*)"/.exec(form) ?? []
  return { action, csrf }
}

const appName = (ctx: KoaContextWithOIDC) =>
  ctx.oidc.client?.clientName ?? ctx.oidc.client?.clientId ?? 'The app'

/** Pages on which a person types the code of a device (RFC 8628). */
export const deviceFlow: Features['deviceFlow'] = {
  enabled: true,
  charset: 'base-20',
  mask: '****-****',
  userCodeInputSource(ctx, form, _out, error) {
    const isWrong = error !== undefined && error.name !== 'NoCodeError'
    const faults =
      error === undefined ? [] : [isWrong ? faultOf(error.name) : 'Type the code that the device shows.']
    const [, code = ''] =
      /name="user_code"[^>]*value="([^"<>&]*)"|value="([^"<>&]*)" type="text"/.exec(form) ?? []
    showPage(ctx, devicePage({ ...tokenIn(form), faults }, code))
  },
  userCodeConfirmSource(ctx, form, _client, _info, shown) {
    const [, code = ''] = /name="user_code" value="([^"<>&]*)"/.exec(form) ?? []
    showPage(ctx, deviceConfirmPage(tokenIn(form), { appName: appName(ctx), code, shown }))
  },
  async successSource(ctx) {
    showPage(
      ctx,
      messagePage('Your device is connected', `${appName(ctx)} goes on by itself. You may close this page.`),
    )
  },
}

function faultOf(name: string): string {
  if (name === 'AbortedError') return 'The device was not connected.'
  if (name === 'ExpiredError') return 'This code has expired: let the device show a new one.'
  if (name === 'AlreadyUsedError') return 'This code was used already.'
  return 'There is no such code. Look again; it has no vowels.'
}

/** Sign-out that an app asks for (OpenID Connect RP-Initiated Logout 1.0). */
export const rpInitiatedLogout: Features['rpInitiatedLogout'] = {
  enabled: true,
  logoutSource(ctx, form) {
    showPage(ctx, signOutPage(tokenIn(form), ctx.oidc.client?.clientName), redirectOrigins(ctx))
  },
  async postLogoutSuccessSource(ctx) {
    showPage(ctx, messagePage('You are signed out', 'You may close this page.'))
  },
}

/** Origins to which the form of a page may lead in the end. */
function redirectOrigins(ctx: KoaContextWithOIDC): string[] {
  const uri = ctx.oidc.params?.post_logout_redirect_uri
  return typeof uri === 'string' && URL.canParse(uri) ? [formTarget(uri)] : []
}

/**
 * What `form-action` wants of an address. It holds for every redirect after the form, and a web app may well lead on to
 * another origin of its own: so any https for those, the scheme of an app's own, or the loopback address.
 */
export function formTarget(uri: string): string {
  const { origin, protocol } = new URL(uri)
  return origin === 'null' || protocol === 'https:' ? protocol : origin
}

const sentences: Record<string, string> = {
  invalid_client: 'The app is not known here.',
  invalid_redirect_uri: 'The app gave an address to return to that is not registered.',
  unsupported_response_type: 'The app asked in a way that is not offered here.',
}

/** Addresses that people are sent to. */
const forPeople = new Set([
  'authorization',
  'resume',
  'code_verification',
  'device_resume',
  'end_session',
  'end_session_confirm',
])

/** A browser gets a page there, a program JSON. */
export const renderError: Configuration['renderError'] = async (ctx, out) => {
  if (!forPeople.has(ctx.oidc?.route ?? '') || ctx.accepts('json', 'html') !== 'html') {
    ctx.type = 'json'
    ctx.body = out
    return
  }
  const detail = sentences[out.error] ?? out.error_description ?? 'The request cannot be answered.'
  showPage(ctx, errorPage({ title: 'That did not work', detail, reference: out.error }))
}
