import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { dataFolder } from '../support/embedded.ts'
import { testDatabase } from '../support/postgres.ts'
import { mis, misJson } from '../support/program.ts'

t.setTimeout(120_000)
const school = '0190a1b2-0000-7000-8000-000000000009'
const at = ['--school', school]
const google = ['--preset', 'google', ...at]

t.test('a preset that is misused says why, and touches no data', async (t) => {
  const dataDir = join(dataFolder(t), 'none')
  const misused: [string[], RegExp][] = [
    [['--preset', 'blackboard', ...at], /moodle, google, sds, canvas/],
    [['--preset', 'moodle'], /--preset needs --school/],
    [[...google, '--scopes', 'pupils:read'], /--preset says --scopes itself/],
    [
      [...google, '--kind', 'web', '--auth-method', 'none', '--redirect-uri', 'https://a.example'],
      /says --kind, --auth-method, --redirect-uri itself/,
    ],
    [[...google, '--with', 'pupils.sen:read'], /assessment:read, assessment:write may be added/],
    [[...google, '--without', 'pupils:read'], /not pupils:read/],
    [[...google, '--submit'], /--submit needs --lawful-basis, --retention and --screening/],
    [[...google, '--open', '--submit'], /--open agrees at once/],
    [[...google, '--open', '--retention', 'A year'], /--open agrees at once/],
    [[...google, '--screening', 'isNice'], /holdsSpecialCategoryData/],
    [['--name', 'App'], /required option '--scopes' not specified, nor a --preset/],
    [['--name', 'App', '--scopes', 'pupils:read', '--screening', 'none'], /go with --preset/],
  ]
  for (const [args, reason] of misused) {
    const { code, out, err } = await mis(t, ['apps', 'create', ...args], { DATA_DIR: dataDir })
    t.same({ code, out }, { code: 2, out: '' }, args.join(' '))
    t.match(err, reason)
  }
  t.throws(() => readFileSync(dataDir), { code: 'ENOENT' })
})

t.test('a preset for a school that is not there makes nothing', async (t) => {
  const env = { DATABASE_URL: (await testDatabase(t)).ownerUrl }
  const { code, err } = await mis(t, ['apps', 'create', ...google], env)
  t.match({ code, err }, { code: 1, err: /^There is no school / })
  t.same(await misJson(t, ['apps', 'list'], env), { apps: [] })
})

t.test('what is added and left out, and the words of the school, are in the draft', async (t) => {
  const env = { DATABASE_URL: (await testDatabase(t)).ownerUrl, PORT: '3000' }
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the command says
  const json = (...args: string[]) => misJson<any>(t, args, env)
  const own = (await json('schools', 'create', '--name', 'Our School')).school.id
  const here = ['--school', own]
  const extras = ['--with', 'pupils.contacts:read', '--without', 'assessment:read assessment:write']
  const said = ['--name', 'Our Canvas', '--purpose', 'Homework', '--retention', 'A year']
  const made = await json('apps', 'create', '--preset', 'canvas', ...here, ...extras, ...said)
  t.match(made.app, { name: 'Our Canvas' })
  t.same(made.agreement.scopes.slice(-2), ['subjects:read', 'pupils.contacts:read'])
  t.match(made.leftOut, [
    { scope: 'assessment:read' },
    { scope: 'assessment:write' },
    { scope: 'contacts:read' },
  ])
  t.same(
    made.missing.map(({ path }: { path: string }) => path),
    ['/lawfulBasis', '/screening'],
  )
  t.match(made.notes.at(-1), /PUBLIC_URL is not set: http:\/\/localhost:3000/)

  const change = ['agreements', 'change', made.agreementId, ...here]
  const nothing = await mis(t, change, env)
  t.match(nothing, { code: 2, err: /say what changes/ })
  const narrower = await mis(t, [...change, '--scopes', 'pupils:read', '--json'], env)
  t.match(narrower, { code: 1, out: /cannot do without/ })
  const risky = await json(...change, '--lawful-basis', 'public-task', '--screening', 'trainsModels')
  t.same(
    risky.missing.map(({ path }: { path: string }) => path),
    ['/safeguards', '/assessmentReference'],
  )
  const { versions, agreement } = await json('agreements', 'show', made.agreementId, ...here)
  t.match(agreement, { state: 'draft' })
  t.match(versions, [{}, {}])
  t.match(
    versions.find(({ number }: { number: number }) => number === 2).terms,
    { purpose: 'Homework', retention: 'A year', lawfulBasis: 'public-task' },
    'a change keeps what was said before',
  )
})
