import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { type Preset, presetNames, presets } from '../../src/operations/apps/presets.ts'
import { oneRosterAliases, oneRosterScopes, scopeName } from '../../src/protocols/oneroster/scopes.ts'
import { makeLittleSchool } from '../support/little-school.ts'
import { serveTest } from '../support/service.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = (name: string) => readFileSync(`${root}openapi/${name}`, 'utf8')
const rowsOf = (part: string) =>
  part
    .split('\n')
    .filter((line) => /^\| `/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
const namesIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string)

t.test('oneroster.md tells of every scope what it is given with, as the token endpoint has it', async (t) => {
  const [, part = ''] = text('oneroster.md').split('| scope | stands for')
  const rows = rowsOf(part.split('\n\n')[0] ?? '')
  const short = (name: string) => name.split('/').at(-1) as string
  t.same(
    rows.map(([scope]) => namesIn(scope)[0]).sort(),
    [...new Set([...oneRosterScopes.keys()].map(short))].sort(),
  )
  for (const [scope = '', stoodFor = '', given = ''] of rows) {
    const [name = ''] = namesIn(scope)
    const whole = [...oneRosterAliases.keys()].filter((each) => short(each) === name)
    t.equal(whole.length, 2, `${name} is in both versions`)
    for (const each of whole) {
      const needed = [...(oneRosterAliases.get(each) ?? [])]
      if (!given.startsWith('any'))
        t.same(namesIn(given).sort(), needed.sort(), `${name} is given with these`)
      const named = namesIn(stoodFor).filter((one) => one.includes(':'))
      const isWhole = !/^(the same|as )/.test(stoodFor)
      const all: string[] = [...(oneRosterScopes.get(each) ?? [])]
      if (isWhole) t.same(named.sort(), all.sort(), `${name} stands for these`)
      else
        t.ok(
          named.every((one) => all.includes(one)),
          name,
        )
    }
  }
  t.ok(oneRosterAliases.has(scopeName('v1p2', 'roster.readonly')))
})

t.test('connecting.md tells of every preset what it grants', async (t) => {
  const rows = rowsOf(text('connecting.md'))
  t.same(rows.map(([name]) => namesIn(name)[0]).sort(), [...presetNames].sort())
  for (const [cell, version, grants, plus, minus] of rows) {
    const name = presetNames.find((each) => each === namesIn(cell)[0])
    if (!name) return t.fail(`there is no ${cell}`)
    const { extras, scopes, version: own }: Preset = presets[name]
    const proposed = extras.filter(({ isProposed }) => isProposed).map(({ scope }): string => scope)
    const others = extras.filter(({ isProposed }) => !isProposed).map(({ scope }): string => scope)
    t.equal(version, own)
    t.same(namesIn(grants).sort(), [...scopes, ...proposed].sort(), `${name} grants`)
    t.same(namesIn(plus).sort(), others.sort(), `${name} may have added`)
    t.same(namesIn(minus).sort(), proposed.sort(), `${name} may have left out`)
  }
})

t.test('the curl script of connecting.md works as it stands', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  await makeLittleSchool(school, 3)
  const [, part = ''] = text('connecting.md').split('## A script: curl')
  const [, script = ''] = /```sh\n([\s\S]*?)```/.exec(part) ?? []
  const folder = mkdtempSync(join(tmpdir(), 'mis-guide-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const run = async (secret: string) => {
    const child = spawn('/bin/sh', ['-c', script], {
      cwd: folder,
      env: { PATH: process.env.PATH, MIS: service.publicUrl, CLIENT: school.clientId, SECRET: secret },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
    const [code] = await once(child, 'close')
    return { code, said }
  }
  t.match(await run('wrong'), { code: 1, said: /no token/ })
  t.same(readdirSync(folder), [])
  const { code, said } = await run(school.secret)
  t.equal(code, 0, said)
  t.match(said, /^orgs 1$/m)
  for (const name of ['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments']) {
    const rows = JSON.parse(readFileSync(join(folder, `${name}-0.json`), 'utf8'))[name]
    t.equal(`${name} ${rows.length}`, new RegExp(`^${name} \\d+$`, 'm').exec(said)?.[0])
  }
})
