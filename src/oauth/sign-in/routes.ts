import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type Provider from 'oidc-provider'
import { callbackPath, comeBack, forwardCallback, leaveFor } from '../federation/sign-in.ts'
import { errorPage, messagePage } from '../pages/other-pages.ts'
import { brandStyle, pageHeaders } from '../pages/page.ts'
import { script, scriptHash } from '../pages/script.ts'
import { invitationPage } from '../pages/sign-in-page.ts'
import { style, styleHash } from '../pages/style.ts'
import { acceptInvitation, findInvitation } from '../people/invitations.ts'
import { passwordFaults } from '../people/passwords.ts'
import { signInThrottle } from '../people/throttle.ts'
import type { ProviderOptions } from '../provider.ts'
import { showConsent, takeConsent } from './consent.ts'
import { finish, isOurs, showGone, type Visit, visit } from './interaction.ts'
import { showLogin, takeLogin } from './login.ts'
import { brandOf } from './schools.ts'

const hidden = { schema: { hide: true } }
const aYear = 'public, max-age=31536000, immutable'

/** The pages of the sign-in. The authorization server sends browsers here and takes over again at the end. */
export function signInRoutes(
  current: () => Provider,
  options: ProviderOptions,
  forward: (request: FastifyRequest) => void,
) {
  const throttle = signInThrottle()
  return async (app: FastifyInstance): Promise<void> => {
    acceptForms(app)
    const step =
      (work: (visit: Visit) => unknown) => async (request: FastifyRequest, reply: FastifyReply) => {
        forward(request)
        const at = await visit(current(), options, request, reply)
        if (!at || (request.method === 'POST' && !isOurs(at))) return showGone(reply)
        await work(at)
        return reply
      }
    const isConsent = ({ details }: Visit) => details.prompt.name === 'consent'
    app.get(
      '/oauth/interaction/:uid',
      hidden,
      step((at) => (isConsent(at) ? showConsent(at) : showLogin(at))),
    )
    app.post(
      '/oauth/interaction/:uid',
      hidden,
      step((at) => (isConsent(at) ? takeConsent(at) : takeLogin(at, throttle))),
    )
    app.post(
      '/oauth/interaction/:uid/abort',
      hidden,
      step((at) => finish(at, { error: 'access_denied', error_description: 'the person did not go on' })),
    )
    app.get('/oauth/interaction/:uid/with/:provider', hidden, step(leaveFor))
    app.get('/oauth/interaction/:uid/returned', hidden, step(comeBack))
    app.get(callbackPath, hidden, async (request, reply) => forwardCallback(request, reply))
    invitationRoutes(app, options)
    app.get('/oauth/style/:name', hidden, async (request, reply) => {
      const { name } = request.params as { name: string }
      if (name !== `${styleHash}.css`) return reply.code(404).send()
      return reply.header('cache-control', aYear).type('text/css; charset=utf-8').send(style)
    })
    app.get('/oauth/script/:name', hidden, async (request, reply) => {
      if ((request.params as { name: string }).name !== `${scriptHash}.js`) return reply.code(404).send()
      return reply.header('cache-control', aYear).type('text/javascript; charset=utf-8').send(script)
    })
    app.get('/oauth/brand/:name', hidden, async (request, reply) => {
      const [, colour] = /^([0-9a-f]{6})\.css$/.exec((request.params as { name: string }).name) ?? []
      if (colour === undefined) return reply.code(404).send()
      return reply
        .header('cache-control', aYear)
        .type('text/css; charset=utf-8')
        .send(brandStyle(`#${colour}`))
    })
  }
}

/** Forms, as text: a name may come twice. */
function acceptForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 16_384 },
    (_request, body, done) => done(null, body),
  )
}

/** One-time links: `<school>.<token>`. */
function invitationRoutes(app: FastifyInstance, { db }: ProviderOptions): void {
  const path = '/oauth/invitations/:link'
  const open = async (request: FastifyRequest) => {
    const { link } = request.params as { link: string }
    const [, schoolId, token] = /^([0-9a-f-]{36})\.([\w-]{43})$/.exec(link) ?? []
    const account = schoolId && token ? await findInvitation(db, schoolId, token) : undefined
    return (
      account && {
        account,
        schoolId: schoolId as string,
        token: token as string,
        action: `/oauth/invitations/${link}`,
      }
    )
  }
  app.get(path, hidden, async (request, reply) => {
    const found = await open(request)
    if (!found) return showUsed(reply)
    const brand = await brandOf(db, found.schoolId)
    return reply
      .headers(pageHeaders())
      .send(invitationPage({ action: found.action, csrf: '' }, { brand, ...found.account }))
  })
  app.post(path, hidden, async (request, reply) => {
    const found = await open(request)
    if (!found) return showUsed(reply)
    const brand = await brandOf(db, found.schoolId)
    const { password = '', again = '' } = Object.fromEntries(new URLSearchParams(String(request.body)))
    const { name, login } = found.account
    const faults = passwordFaults(password, [login, ...name.split(' ')])
    if (password !== again) faults.push('The two passwords differ.')
    if (faults.length > 0)
      return reply
        .code(422)
        .headers(pageHeaders())
        .send(invitationPage({ action: found.action, csrf: '', faults }, { brand, name, login }))
    if (!(await acceptInvitation(db, found.schoolId, found.token, password))) return showUsed(reply)
    const text = messagePage('Your account is ready', `Open the app and sign in as ${login}.`, brand)
    return reply.headers(pageHeaders()).send(text)
  })
}

function showUsed(reply: FastifyReply): FastifyReply {
  const detail = 'This link was used already, or is older than a week. The school office can make a new one.'
  return reply
    .code(404)
    .headers(pageHeaders())
    .send(errorPage({ title: 'This link has ended', detail }))
}
