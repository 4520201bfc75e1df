import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openPool } from '../src/foundation/db/pool.ts'
import { testDatabase } from './support/postgres.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
    .sort()
}

const files = filesBelow('src').map((path) => {
  const text = readFileSync(join(root, path), 'utf8')
  const imports = [...text.matchAll(/(?:from|import) '(\.[^']+)'/g)].map(([, to = '']) =>
    relative(root, resolve(root, dirname(path), to)),
  )
  return { path, text, imports }
})
const offenders = (rule: (file: (typeof files)[number]) => boolean) =>
  files.filter(rule).map(({ path }) => path)
/** Code without comments and texts. */
const codeOf = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')

t.test('imports point down', async (t) => {
  const floors: [string, string[]][] = [
    ['src/foundation/', ['src/foundation/']],
    ['src/records/', ['src/foundation/', 'src/records/']],
    ['src/oauth/', ['src/foundation/', 'src/oauth/', 'src/records/people/']],
    ['src/operations/', ['src/foundation/', 'src/records/', 'src/oauth/', 'src/operations/']],
    ['src/protocols/', ['src/foundation/', 'src/records/', 'src/operations/', 'src/protocols/']],
  ]
  for (const [floor, below] of floors)
    for (const { path, imports } of files.filter((file) => file.path.startsWith(floor)))
      for (const to of imports)
        t.ok(
          below.some((allowed) => to.startsWith(allowed)),
          `${path} imports ${to}`,
        )
})

t.test(
  'a record imports only records above it in the list, and of those only table, schema and queries',
  async (t) => {
    const order = [
      ...readFileSync(join(root, 'src/records/README.md'), 'utf8').matchAll(/^\d+\. `(\w+)`/gm),
    ].map(([, name]) => name as string)
    const folders = readdirSync(join(root, 'src/records'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    )
    t.same(folders.map(({ name }) => name).sort(), [...order].sort(), 'the list names every folder')
    for (const { path, imports } of files.filter((file) => file.path.startsWith('src/records/'))) {
      const own = order.indexOf(path.split('/')[2] as string)
      for (const to of imports.filter((each) => each.startsWith('src/records/'))) {
        const [, , folder = '', file = ''] = to.split('/')
        if (order.indexOf(folder) === own) continue
        t.ok(order.indexOf(folder) < own, `${path} imports ${to}, which comes later`)
        t.ok(['table.ts', 'schema.ts', 'queries.ts'].includes(file), `${path} imports ${to}`)
      }
    }
  },
)

t.test('only app.ts imports a routes.ts, and there are no barrels', async (t) => {
  t.same(
    offenders(
      ({ path, imports }) =>
        path !== 'src/app.ts' &&
        imports.some((to) => to.endsWith('/routes.ts') && !to.startsWith('src/oauth')),
    ),
    [],
  )
  t.same(
    offenders(({ path }) => path.endsWith('/index.ts')),
    [],
  )
})

t.test(
  'tables, queries and rules know no web framework; rules know neither database nor clock',
  async (t) => {
    t.same(
      offenders(
        ({ path, text }) => /\/(table|queries|rules)\.ts$/.test(path) && text.includes("from 'fastify'"),
      ),
      [],
    )
    t.same(
      offenders(
        ({ path, imports, text }) =>
          path.endsWith('/rules.ts') &&
          (imports.some((to) => /foundation\/db|clock/.test(to)) || /drizzle|from 'pg'/.test(text)),
      ),
      [],
    )
  },
)

t.test(
  'the environment is read in config.ts, the time through the clock, and pools are made in foundation/db',
  async (t) => {
    t.same(
      offenders(({ path, text }) => path !== 'src/config.ts' && /process\.env/.test(codeOf(text))),
      [],
    )
    t.same(
      offenders(
        ({ path, text }) =>
          path !== 'src/foundation/time/clock.ts' && /Date\.now\(\)|new Date\(\)/.test(codeOf(text)),
      ),
      [],
    )
    t.same(
      offenders(
        ({ path, text }) =>
          !path.startsWith('src/foundation/db/') && /new (pg\.)?(Pool|Client)\(/.test(codeOf(text)),
      ),
      [],
    )
  },
)

t.test('files are short', async (t) => {
  const lengths = files.map(({ path, text }) => ({ path, lines: text.split('\n').length }))
  t.same(
    lengths.filter(({ lines }) => lines > 250),
    [],
  )
  const median = lengths.map(({ lines }) => lines).sort((a, b) => a - b)[
    Math.floor(lengths.length / 2)
  ] as number
  t.ok(median < 100, `median ${median}`)
  const tests = filesBelow('test').map((path) => ({
    path,
    lines: readFileSync(join(root, path), 'utf8').split('\n').length,
  }))
  t.same(
    tests.filter(({ lines }) => lines > 300),
    [],
  )
})

t.test('each migration is later than the one before, and says why and what it locks', async (t) => {
  const journal = JSON.parse(readFileSync(join(root, 'drizzle/meta/_journal.json'), 'utf8')) as {
    entries: { when: number; tag: string }[]
  }
  t.equal(
    journal.entries.length,
    readdirSync(join(root, 'drizzle')).filter((name) => name.endsWith('.sql')).length,
  )
  for (const [at, { when, tag }] of journal.entries.entries()) {
    t.ok(at === 0 || when > (journal.entries[at - 1]?.when as number), `${tag} is later than the one before`)
    const text = readFileSync(join(root, `drizzle/${tag}.sql`), 'utf8')
    t.match(text, /^-- Why: .+\n(-- .+\n)*-- Locks: /, `${tag} says why and what it locks`)
  }
})

/** Tables of the installation, read before a school is known. */
const installationTables = [
  'client_schools',
  'client_secrets',
  'clients',
  'installation',
  'oauth_payloads',
  'revocations',
  'signing_keys',
]

t.test('every other table leads with the school and hides the others, even from its owner', async (t) => {
  const { ownerUrl, appUrl } = await testDatabase(t)
  const owner = openPool({ url: ownerUrl, size: 1, applicationName: 'test' })
  t.teardown(() => owner.end())
  const { rows } = await owner.query(
    `select c.relname as name, a.attname as first, c.relrowsecurity and c.relforcerowsecurity as forced,
            exists (select from pg_policy p where p.polrelid = c.oid and p.polname = c.relname || '__school') as policy
     from pg_class c join pg_index i on i.indrelid = c.oid and i.indisprimary
     join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`,
  )
  t.ok(rows.length > 30)
  t.same(
    rows.filter(({ first }) => first !== 'school_id').map(({ name }) => name),
    installationTables,
  )
  for (const { name, forced, policy } of rows.filter(({ first }) => first === 'school_id'))
    t.ok(forced && policy, `${name} is behind row-level security`)
  const { rows: keys } = await owner.query(
    `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
     where connamespace = 'public'::regnamespace and contype in ('f', 'u', 'x')`,
  )
  for (const { name, definition } of keys) {
    t.match(name, /^[a-z_]+__[a-z_]+$|_fk$/, `${name} is named after its table`)
    if (!/^(client|clients)/.test(name) && !/client_secrets/.test(name))
      t.match(definition, /\(school_id/, `${name} leads with the school`)
  }
  const app = openPool({ url: appUrl, size: 1, applicationName: 'test' })
  t.teardown(() => app.end())
  t.same((await app.query('select from pupils')).rows, [], 'without a school nothing is seen')
  await t.rejects(
    app.query(
      "insert into rooms (school_id, id, code, name) values (gen_random_uuid(), gen_random_uuid(), 'A', 'A')",
    ),
    { code: '42501' },
  )
  await t.rejects(app.query('alter table pupils disable row level security'), { code: '42501' })
})
