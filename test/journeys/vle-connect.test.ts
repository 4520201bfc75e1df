import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ask, basic, grant } from '../oauth/ask.ts'
import { dataFolder } from '../support/embedded.ts'
import { littleExport, zipOf } from '../support/oneroster.ts'
import { mis, misJson, start } from '../support/program.ts'

t.setTimeout(180_000)

// biome-ignore lint/suspicious/noExplicitAny: a consumer reads whatever the standard says is there
type Row = Record<string, any>

/** A served school with two pupils, a teacher and a class, and the command beside it. */
async function servedSchool(t: Test) {
  const folder = dataFolder(t)
  const env: Record<string, string> = { DATA_DIR: folder }
  const server = start(t, ['src/mis.js', 'serve', '--json'], env)
  const { url } = JSON.parse((await server.says(/^\{[\s\S]*\}\n/))[0]) as { url: string }
  env.PUBLIC_URL = url
  const file = join(folder, 'school.zip')
  writeFileSync(file, await zipOf(littleExport()))
  const run = (...args: string[]) => misJson<Row>(t, args, env)
  const { school } = await run('import', 'oneroster', file)
  const connect = (...args: string[]) => run('apps', 'create', '--school', school.id, '--preset', ...args)
  const words = (...args: string[]) => mis(t, args, env)
  return { url, run, words, connect, at: ['--school', school.id as string] }
}

/** Reads as a consumer does that has these settings and no other. */
function consumer(base: string, token: string) {
  return async (path: string): Promise<Row> => {
    const response = await fetch(`${base}${path}`, { headers: { authorization: `Bearer ${token}` } })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }
}

const setting = ({ settings }: Row, name: string): string =>
  settings.find((each: Row) => each.name === name).value

t.test('a school connects four consumers by commands alone', async (t) => {
  const { url, run, words, connect, at } = await servedSchool(t)
  const said = ['--lawful-basis', 'public-task', '--retention', 'Until the pupil leaves.', '--screening']
  const decide = (verb: string, { agreementId }: Row, ...more: string[]) =>
    run('agreements', verb, agreementId, ...at, ...more)

  await t.test('Moodle, from a draft that the school completes', async (t) => {
    const made = await connect('moodle')
    t.match(made, { agreement: { state: 'draft' }, app: { authMethod: 'client_secret_any' } })
    t.same(
      made.missing.map(({ path }: Row) => path),
      ['/lawfulBasis', '/retention', '/screening'],
    )
    const scope = 'https://purl.imsglobal.org/spec/or/v1p1/scope/roster.readonly'
    const credentials = basic(
      encodeURIComponent(setting(made, 'Authentication Client ID')),
      encodeURIComponent(setting(made, 'Authentication Secret')),
    )
    const token = () => ask(setting(made, 'Token URL'), { ...grant, scope }, { authorization: credentials })
    t.match(await token(), { status: 400, body: { error: 'unauthorized_client' } }, 'no agreement yet')

    await decide('submit', made)
    const early = await words('agreements', 'approve', made.agreementId, ...at)
    t.match(early, { code: 1, err: /lawfulBasis/ }, 'nothing incomplete is approved')
    t.same((await decide('change', made, ...said, 'none')).missing, [])
    await decide('submit', made)
    await decide('approve', made)
    const { status, body } = await token()
    t.match({ status, body }, { status: 200, body: { scope, expires_in: Number } })

    const root = setting(made, 'One Roster Root URL')
    const read = consumer(`${root}/ims/oneroster/v1p1`, body.access_token)
    const { orgs } = await read('/orgs?limit=200&offset=0')
    const { users } = await read('/users?limit=200&offset=0&sort=familyName')
    t.equal(users.length, 3, 'two pupils and a teacher, and no guardian')
    for (const { identifier } of users) t.match(identifier, /^[a-z0-9._@-]+$/, 'a username for each')
    const pupils = users.filter(({ role }: Row) => role === 'student')
    t.notOk(
      pupils.some((user: Row) => 'email' in user || /UPN/.test(JSON.stringify(user))),
      'no address and no UPN of a pupil',
    )
    const { classes } = await read(`/schools/${orgs[0].sourcedId}/classes?limit=200&offset=0`)
    const { enrollments } = await read(`/schools/${orgs[0].sourcedId}/enrollments?limit=200&offset=0`)
    t.ok(classes.length > 0)
    t.ok(enrollments.length > 0)
  })

  await t.test('Google Classroom, which asks for marks too and does without', async (t) => {
    const made = await connect(
      'google',
      ...said,
      'keepsDataOutsideUk',
      '--safeguards',
      'Contract.',
      '--submit',
    )
    t.match(made, { agreement: { state: 'in-review' }, missing: [] })
    t.same(made.next, [`mis agreements approve ${made.agreementId} ${at.join(' ')}`])
    await decide('approve', made)
    const { status, body } = await ask(
      setting(made, 'Token URL'),
      { ...grant, scope: made.connection.scopes.join(' ') },
      { authorization: basic(setting(made, 'Access key'), setting(made, 'Secret code')) },
    )
    t.equal(status, 200)
    t.equal(body.scope, 'https://purl.imsglobal.org/spec/or/v1p2/scope/roster.readonly')
    const read = consumer(`${setting(made, 'Host URL')}/rostering/v1p2`, body.access_token)
    const { users: teachers } = await read("/teachers?filter=email='tom@example.org'&limit=10000")
    t.match(teachers, [{ email: 'tom@example.org' }])
    const { classes } = await read(
      `/teachers/${teachers[0].sourcedId}/classes?limit=10000&filter=status='active'`,
    )
    const { users: pupils } = await read(`/classes/${classes[0].sourcedId}/students?limit=10000`)
    t.ok(pupils.some(({ email }: Row) => email === 'amy@example.org'))
    const { academicSessions } = await read(
      `/terms/${classes[0].terms[0].sourcedId}/gradingPeriods?limit=10000`,
    )
    t.match(academicSessions, [{ type: 'gradingPeriod' }])
  })

  await t.test('School Data Sync, everything first and then what has changed', async (t) => {
    const made = await connect('sds', '--open')
    t.match(made, { agreement: { state: 'in-force' }, missing: [], next: [] })
    const { body } = await ask(
      setting(made, 'Token URL'),
      { ...grant, scope: setting(made, 'Scopes') },
      { authorization: basic(setting(made, 'Client ID'), setting(made, 'Client secret')) },
    )
    const read = consumer(setting(made, 'OneRoster URL'), body.access_token)
    for (const name of ['academicSessions', 'orgs', 'users', 'classes', 'enrollments']) {
      const page = await read(`/${name}?offset=0&limit=5000&filter=status='active'`)
      t.ok(page[name].length > 0, name)
      const later = encodeURIComponent("dateLastModified>'2099-01-01'")
      t.same((await read(`/${name}?filter=${later}`))[name], [], `${name}: nothing is new`)
    }
  })

  await t.test('Canvas, whose threads each take a token, by an address with the scopes in it', async (t) => {
    const made = await connect('canvas', '--open')
    const address = `${setting(made, 'Token URL')}?scope=${encodeURIComponent(setting(made, 'Scopes'))}`
    t.ok(made.notes[0].endsWith(address), 'as the command prints it')
    const inBody = { client_id: made.app.id, client_secret: made.secret }
    const answers = await Promise.all([1, 2, 3].map(() => ask(address, { ...grant, ...inBody })))
    for (const { body } of answers) {
      t.same(body.scope.split(' '), made.connection.scopes)
      const read = consumer(setting(made, 'OneRoster URL'), body.access_token)
      t.ok((await read('/courses')).courses.length > 0)
    }
  })

  await t.test('and in words each is told what to paste, and what comes next', async (t) => {
    const { code, out } = await words('apps', 'create', '--preset', 'sds', ...at)
    t.equal(code, 0)
    t.match(out, `${url}/ims/oneroster/v1p1`)
    t.match(out, /listed; a school cannot add one by itself/)
    t.match(out, /mis agreements change .* --lawful-basis '\.\.\.' --retention '\.\.\.' --screening '\.\.\.'/)
    t.match(out, /mis agreements submit[\s\S]*mis agreements approve/)
  })
})
