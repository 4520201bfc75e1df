import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { servingAccount } from '../../src/foundation/db/embedded/account.ts'
import { clusterFolder } from '../../src/foundation/db/embedded/places.ts'
import { postgresIn } from '../../src/foundation/db/embedded/processes.ts'
import { dataFolder } from '../support/embedded.ts'
import { littleExport, trustExport, zipOf } from '../support/oneroster.ts'
import { misJson, start } from '../support/program.ts'

interface MadeClient {
  client: { id: string; scopes: string[] }
  secret: string
}

t.test('the command works beside a running server, and alone on the same data', async (t) => {
  const folder = dataFolder(t)
  const env = { DATA_DIR: folder }
  const server = start(t, ['src/mis.js', 'serve', '--json'], env)
  const { url } = JSON.parse((await server.says(/^\{[\s\S]*\}\n/))[0]) as { url: string }
  const run = <T>(...args: string[]) => misJson<T>(t, args, env)
  const { school } = await run<{ school: { id: string } }>('schools', 'create', '--name', 'Mill Lane School')
  const register = ['clients', 'create', '--school', school.id, '--name', 'App', '--scopes']
  const made = await run<MadeClient>(...register, 'pupils:read')

  const askToken = (secret: string) =>
    fetch(`${url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${made.client.id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
  const token = ((await (await askToken(made.secret)).json()) as { access_token: string }).access_token
  const pupils = () => fetch(`${url}/v1/pupils`, { headers: { authorization: `Bearer ${token}` } })

  await t.test('a client that it made gets a token and reads', async (t) => {
    t.equal((await pupils()).status, 200)
    t.match(await run('clients', 'list', '--school', school.id), {
      clients: [{ id: made.client.id, isActive: true, scopes: ['pupils:read'] }],
    })
  })

  await t.test('after a rotation without overlap only the new secret works', async (t) => {
    const { secret } = await run<{ secret: string }>('clients', 'rotate', made.client.id, '--overlap', '0')
    t.equal((await askToken(made.secret)).status, 401)
    t.equal((await askToken(secret)).status, 200)
    t.equal((await pupils()).status, 200, 'and tokens live on')
  })

  await t.test('a revoked client is refused by the running server within a second', async (t) => {
    await run('clients', 'revoke', made.client.id)
    const at = performance.now()
    while ((await pupils()).status !== 401) if (performance.now() - at > 1_000) break
    t.equal((await pupils()).status, 401)
  })

  await t.test('an import is rehearsed, done, and then changes nothing', async (t) => {
    const file = join(folder, 'school.zip')
    writeFileSync(file, await zipOf(littleExport()))
    const users = (counts: object) => ({ files: { users: { read: 4, refused: 0, ...counts } } })
    t.match(await run('import', 'oneroster', file, '--dry-run'), { isDryRun: true, ...users({ created: 4 }) })
    t.match(await run('import', 'oneroster', file), { school: { isNew: true }, ...users({ created: 4 }) })
    t.match(await run('import', 'oneroster', file), {
      school: { isNew: false },
      ...users({ created: 0, changed: 0, unchanged: 4 }),
    })
  })

  await t.test('each school of a file becomes one, and a fault in the last leaves none', async (t) => {
    const file = join(folder, 'trust.zip')
    const broken = trustExport()
    broken['classes.csv'] =
      broken['classes.csv']?.map((row) => (row[0] === 'k2' ? row.with(3, 'c9') : row)) ?? []
    writeFileSync(file, await zipOf(broken))
    await t.rejects(run('import', 'oneroster', file), /c9|ended with 1/)
    t.match(await run('schools', 'list'), { schools: { length: 2 } })
    writeFileSync(file, await zipOf(trustExport()))
    const { reports } = await run<{ reports: object[] }>('import', 'oneroster', file)
    t.match(reports, [
      { school: { name: 'Mill Lane School', isNew: false }, files: { users: { unchanged: 4 } } },
      { school: { name: 'Hill Top School', isNew: true }, files: { users: { created: 3 } } },
    ])
  })

  await t.test('alone it starts PostgreSQL for as long as it needs it', async (t) => {
    server.child.kill('SIGTERM')
    t.equal((await server.ended).code, 0)
    const { schools } = await run<{ schools: object[] }>('schools', 'list')
    t.equal(schools.length, 3)
    t.same(postgresIn(clusterFolder(folder, servingAccount).cluster), [])
  })
})
