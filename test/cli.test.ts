import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { dataFolder } from './support/embedded.ts'
import { testDatabase } from './support/postgres.ts'
import { mis, misJson } from './support/program.ts'

/** Two processes at a time. */
async function inPairs<T, R>(list: readonly T[], work: (each: T) => Promise<R>): Promise<[T, R][]> {
  const [one, other] = [list[0], list[1]]
  if (one === undefined) return []
  const pair = other === undefined ? [one] : [one, other]
  const done = await Promise.all(pair.map(async (each): Promise<[T, R]> => [each, await work(each)]))
  return [...done, ...(await inPairs(list.slice(2), work))]
}

t.test('every command has help, and help is no failure', async (t) => {
  const commands = [[], ['serve'], ['clients', 'create'], ['import', 'oneroster']]
  const answers = await inPairs(commands, (command) => mis(t, [...command, '--help']))
  for (const [command, { code, out, err }] of answers) {
    t.same({ code, err }, { code: 0, err: '' }, `mis ${command.join(' ')} --help`)
    t.match(out, `Usage: ${['mis', ...command].join(' ')}`)
    if (command.length > 0) t.match(out, '--json')
  }
})

t.test('a misspelled command ends with 2, says how it is spelled, and touches no data', async (t) => {
  const dataDir = join(dataFolder(t), 'none')
  const misused = [
    [],
    ['school'],
    ['schools', 'create'],
    ['schools', 'create', '--name', ' '],
    ['clients', 'create', '--school', '1', '--name', 'App', '--scopes', 'pupils:read'],
    ['clients', 'rotate', 'app_1', '--overlap', 'long'],
    ['clients', 'revoke'],
    ['import', 'oneroster', 'x.zip', '--school', 'ours'],
  ]
  const answers = await inPairs(misused, (command) => mis(t, command, { DATA_DIR: dataDir }))
  for (const [command, { code, out, err }] of answers) {
    t.same({ code, out }, { code: 2, out: '' }, `mis ${command.join(' ')}`)
    t.match(err, /Usage: mis/)
  }
  t.throws(() => readFileSync(dataDir), { code: 'ENOENT' })
})

t.test('a failure ends with 1: a sentence for people, and one JSON document for scripts', async (t) => {
  const { ownerUrl } = await testDatabase(t)
  const env = { DATABASE_URL: ownerUrl }
  const nobody = '00000000-0000-7000-8000-000000000000'
  const file = join(dataFolder(t), 'broken.zip')
  writeFileSync(file, 'no zip')
  const failing: [string[], RegExp][] = [
    [['clients', 'revoke', 'app_1'], /^There is no client app_1\.$/],
    [['clients', 'rotate', 'app_1'], /^There is no active client app_1\.$/],
    [
      ['clients', 'create', '--school', nobody, '--name', 'App', '--scopes', 'pupils:read'],
      /^There is no school /,
    ],
    [
      ['clients', 'create', '--school', nobody, '--name', 'App', '--scopes', 'pupils'],
      /^These scopes do not exist: pupils\.$/,
    ],
    [['import', 'oneroster', file], /no zip file/],
    [['import', 'oneroster', join(file, 'none')], /./],
  ]
  for (const [command, reason] of failing) {
    const { code, out, err } = await mis(t, [...command, '--json'], env)
    t.equal(code, 1, `mis ${command.join(' ')}`)
    t.match(JSON.parse(out).reasons[0], reason)
    t.notMatch(err, /^ +at /m, 'no stack')
  }
  const inWords = await mis(t, ['clients', 'revoke', 'app_1'], env)
  t.same(inWords, { code: 1, out: '', err: 'There is no client app_1.\n' })
})

t.test('it brings an empty database up to date by itself, and says so', async (t) => {
  const { ownerUrl } = await testDatabase(t)
  t.same(await misJson(t, ['migrate'], { DATABASE_URL: ownerUrl }), { migrated: true })
  t.same(await misJson(t, ['schools', 'list'], { DATABASE_URL: ownerUrl }), { schools: [] })
})

t.test('the contract is printed without a database', async (t) => {
  const contract = await misJson<object>(t, ['contract'], {
    DATABASE_URL: 'postgres://none@127.0.0.1:1/none',
  })
  t.match(contract, { openapi: '3.1.0' })
})
