import t, { type Test } from 'tap'
import { testDatabase } from '../../support/postgres.ts'
import { mis, misJson } from '../../support/program.ts'

/** Every command is a process of its own. */
const timeout = 120_000
t.setTimeout(timeout)
const nobody = '0190a1b2-0000-7000-8000-000000000009'

/** A school of a database of its own, with an app. */
async function withApp(t: Test, ...more: string[]) {
  const env = { DATABASE_URL: (await testDatabase(t)).ownerUrl }
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the command says
  const json = (...args: string[]) => misJson<any>(t, args, env)
  const school = (await json('schools', 'create', '--name', 'Our School')).school.id
  const app = ['--name', 'Meals', '--scopes', 'pupils:read', '--optional', 'groups:read']
  const made = await json('apps', 'create', '--school', school, ...app, ...more)
  return { env, json, at: ['--school', school], made }
}

t.test('a school agrees with an app by commands alone', { timeout }, async (t) => {
  const { env, json, at, made } = await withApp(t)
  t.equal(made.agreementId, null)
  const said = ['--purpose', 'Meals', '--lawful-basis', 'public-task', '--retention', 'A year']
  const create = ['agreements', 'create', ...at, '--app', made.app.id, ...said, '--submit', '--screening']
  const [unknown, { agreement }] = await Promise.all([
    mis(t, [...create, 'isNice'], env),
    json(...create, 'none'),
  ])
  t.match(unknown, { code: 2, err: /holdsSpecialCategoryData/ })
  t.match(agreement, { appId: made.app.id, state: 'in-review', draftVersion: 1, expiresOn: null })

  const withId = (verb: string) => ['agreements', verb, agreement.id, ...at]
  const [elsewhere] = await Promise.all([
    mis(t, ['agreements', 'end', nobody, ...at], env),
    json(...withId('approve'), '--note', 'Checked.'),
  ])
  t.equal(elsewhere.code, 1)
  const [{ agreements }, shown, inWords] = await Promise.all([
    json('agreements', 'list', ...at),
    json(...withId('show')),
    mis(t, withId('show'), env),
  ])
  t.match(agreements, [{ state: 'in-force', scopes: ['pupils:read'] }])
  t.match(shown, { agreement: { state: 'in-force' }, versions: [{ risk: 'low' }], withheldPupils: [] })
  t.match(shown.acts[1], { act: 'approved', actedBy: 'mis agreements approve', note: 'Checked.' })
  t.match(inWords.out, /^State +in-force$/m)
})

t.test('an app is opened, shown, given a new secret and revoked', { timeout }, async (t) => {
  const { env, json, at, made } = await withApp(t, '--open')
  const id = made.app.id
  const [{ secret }, stranger] = await Promise.all([
    json('apps', 'rotate', id),
    mis(t, ['agreements', 'withhold', made.agreementId, ...at, '--pupil', nobody], env),
  ])
  t.not(secret, made.secret)
  t.equal(stranger.code, 1, 'a pupil who is not there cannot be withheld')
  await json('apps', 'revoke', id)
  const { app } = await json('apps', 'show', id, ...at)
  t.match(app, { requiredScopes: ['pupils:read'], optionalScopes: ['groups:read'], isActive: false })
})
