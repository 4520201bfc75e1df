import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { mounts } from '../../src/app.ts'
import { publishedContracts, unserved } from '../../src/contract.ts'
import { allScopes } from '../../src/foundation/access/scopes.ts'
import { catalogue } from '../../src/foundation/http/problem-catalogue.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = (name: string) => readFileSync(`${root}openapi/${name}`, 'utf8')
const operations = mounts(unserved)
const contracts = ['mis.v1.json', 'oneroster.v1p1.json', 'oneroster.v1p2.json'].map(
  (name) => `openapi/${name}`,
)

t.test('the committed contracts are those that are served', async (t) => {
  for (const [name, contract] of Object.entries(await publishedContracts()))
    t.same(JSON.parse(JSON.stringify(contract)), JSON.parse(text(name)), `${name}; run: npm run contract`)
})

t.test('the contracts lint clean', async (t) => {
  const { status, stdout, stderr } = spawnSync(
    'node_modules/.bin/redocly',
    ['lint', ...contracts, '--config', 'redocly.yaml'],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  )
  t.equal(status, 0, stdout + stderr)
  t.match(stdout + stderr, /Your API descriptions are valid/)
  t.notMatch(stdout + stderr, /warning/i)
})

t.test('problems.md and the catalogue name the same codes', async (t) => {
  const written = [...text('problems.md').matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code)
  t.same(written.toSorted(), Object.keys(catalogue).toSorted())
})

t.test(
  'scopes.md and the vocabulary name the same scopes, and each operation stands by its own',
  async (t) => {
    const [vocabulary = '', table = ''] = text('scopes.md').split('## Which operation')
    const written = [...vocabulary.matchAll(/^\| `([a-z.]+:(?:read|write))` \|/gm)].map(([, scope]) => scope)
    t.same(written.toSorted(), [...allScopes].toSorted())
    for (const { scope, operationId } of operations) {
      const row = table
        .split('\n')
        .find((line) => line.startsWith(scope === 'any' ? '| any token' : `| \`${scope}\``))
      t.match(row ?? '', `\`${operationId}\``, `${operationId} needs ${scope}`)
    }
  },
)

t.test('CHANGES.md names every operation once', async (t) => {
  const written = [...text('CHANGES.md').matchAll(/`([a-z][A-Za-z]+)`/g)].map(([, name]) => name)
  t.same(written.toSorted(), operations.map(({ operationId }) => operationId).toSorted())
})

t.test(
  'every operation and every property is described, and has an example where a reader needs one',
  async (t) => {
    const contract = JSON.parse(text('mis.v1.json'))
    const silent: string[] = []
    for (const [path, methods] of Object.entries(
      contract.paths as Record<
        string,
        Record<string, { summary?: string; description?: string; security?: unknown[] }>
      >,
    ))
      for (const [method, operation] of Object.entries(methods))
        if (!operation.summary || !operation.description || !operation.security)
          silent.push(`${method} ${path}`)
    const visit = (schema: Record<string, unknown>, place: string) => {
      for (const [name, property] of Object.entries(
        (schema.properties as Record<string, Record<string, unknown>>) ?? {},
      )) {
        const isReference = property.$ref !== undefined
        if (!isReference && !property.description && name !== 'data')
          silent.push(`${place}.${name}: description`)
        const type = [property.type].flat()[0]
        const isPlain = !isReference && type !== 'object' && type !== 'array' && property.anyOf === undefined
        if (isPlain && !property.examples) silent.push(`${place}.${name}: example`)
        visit(property, `${place}.${name}`)
      }
      if (schema.items) visit(schema.items as Record<string, unknown>, `${place}[]`)
    }
    for (const [name, schema] of Object.entries(
      contract.components.schemas as Record<string, Record<string, unknown>>,
    ))
      visit(schema, name)
    t.same(silent, [])
  },
)

t.test('no pattern of the contract can be made to backtrack without end', async (t) => {
  const patterns = new Set(
    [...text('mis.v1.json').matchAll(/"pattern": "((?:[^"\\]|\\.)*)"/g)].map(
      ([, pattern]) => JSON.parse(`"${pattern}"`) as string,
    ),
  )
  t.ok(patterns.size > 5)
  for (const pattern of patterns) {
    const started = performance.now()
    for (const piece of ['a', '0', '-', 'a-', '07 ', '(', 'A0'])
      new RegExp(pattern).test(`${piece.repeat(20_000)}!`)
    t.ok(performance.now() - started < 500, pattern)
  }
})
