import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { dataFolder } from '../support/embedded.ts'
import { littleExport, zipOf } from '../support/oneroster.ts'
import { testDatabase } from '../support/postgres.ts'
import { mis, misJson } from '../support/program.ts'
import { readStrictly } from '../support/strict-csv.ts'
import { unzipped } from '../support/zip.ts'

interface Written {
  school: string
  file: string
  asOf: string
  files: Record<string, number>
}

/** Of four people: nobody said that the guardian has parental responsibility. */
t.test('mis export', async (t) => {
  const { ownerUrl } = await testDatabase(t)
  const env = { DATABASE_URL: ownerUrl }
  const folder = dataFolder(t)
  const run = (...args: string[]) => misJson<Written>(t, ['export', ...args], env)
  const none = await mis(t, ['export', 'sds', '--out', join(folder, 'none.zip')], env)
  t.match(none, { code: 1, err: 'There is no school yet.\n' })
  const source = join(folder, 'school.zip')
  writeFileSync(source, await zipOf(littleExport()))
  const { school } = await misJson<{ school: { id: string } }>(t, ['import', 'oneroster', source], env)

  await t.test('writes the only school, and says what was written and how to go on', async (t) => {
    const out = join(folder, 'whole.zip')
    const written = await run('oneroster', '--out', out)
    t.match(written, { school: school.id, file: out, files: { users: 3, enrollments: 3, orgs: 1 } })
    const { roster, faults } = readStrictly(await unzipped(readFileSync(out)), '1.2', 'bulk')
    t.same(faults, [])
    t.same(written.files, Object.fromEntries([...roster.files].map(([name, rows]) => [name, rows.length])))
    const since = ['--release', '1.1', '--mode', 'delta', '--since', written.asOf]
    const next = await run('oneroster', ...since, '--out', out, '--force')
    t.match(next.files, { users: 3 })
    t.same(readStrictly(await unzipped(readFileSync(out)), '1.1', 'delta').faults, [])
  })

  await t.test('for Microsoft, no more than some scopes open, in words', async (t) => {
    const args = [
      '--out',
      join(folder, 'sds.zip'),
      '--school',
      school.id,
      '--scopes',
      'schools:read pupils:read',
    ]
    const { code, out } = await mis(t, ['export', 'sds', ...args], env)
    t.equal(code, 0)
    t.match(out, /sds\.zip\n\nfile +rows\norgs +1\nusers +2\nroles +2\n$/)
  })

  await t.test('writes over no file, and leaves nothing half written', async (t) => {
    const out = join(folder, 'kept.zip')
    writeFileSync(out, 'kept')
    const refused = await mis(t, ['export', 'oneroster', '--out', out], env)
    t.match(refused, { code: 1, err: `There is a file ${out}; --force writes over it.\n` })
    t.equal(readFileSync(out, 'utf8'), 'kept')
    const stranger = '00000000-0000-7000-8000-000000000000'
    const lost = join(folder, 'lost.zip')
    t.match(await mis(t, ['export', 'sds', '--school', stranger, '--out', lost], env), {
      code: 1,
      err: `There is no school ${stranger}.\n`,
    })
    t.notOk(existsSync(lost))
    t.same(
      readdirSync(folder).filter((name) => name.endsWith('.part')),
      [],
    )
  })

  await t.test('what is misspelled ends with 2', async (t) => {
    for (const args of [
      ['oneroster', '--mode', 'delta'],
      ['sds', '--scopes', 'pupil:read'],
    ]) {
      const { code, out, err } = await mis(t, ['export', ...args], env)
      t.match({ code, out }, { code: 2, out: '' }, args.join(' '))
      t.match(err, /Usage: mis export/)
    }
  })

  await t.test('of several schools it wants to know which', async (t) => {
    await misJson(t, ['schools', 'create', '--name', 'Another'], env)
    const { code, err } = await mis(t, ['export', 'oneroster', '--out', join(folder, 'which.zip')], env)
    t.equal(code, 1)
    t.match(err, /^Say which school: .*Another/)
  })
})
