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
    for (const release of ['1.1', '1.2'] as const) {
      const out = join(folder, `${release}.zip`)
      const written = await run('oneroster', '--release', release, '--out', out)
      t.match(written, { school: school.id, file: out, files: { users: 3, enrollments: 3, orgs: 1 } })
      const { roster, faults } = readStrictly(await unzipped(readFileSync(out)), release, 'bulk')
      t.same(faults, [])
      const counts = Object.fromEntries([...roster.files].map(([name, rows]) => [name, rows.length]))
      t.same(written.files, counts)
      const delta = join(folder, `${release}-delta.zip`)
      const next = await run(
        'oneroster',
        '--release',
        release,
        '--mode',
        'delta',
        '--since',
        written.asOf,
        '--out',
        delta,
      )
      t.match(next.files, { users: 3 })
      t.same(readStrictly(await unzipped(readFileSync(delta)), release, 'delta').faults, [])
    }
  })

  await t.test('for Microsoft, and no more than some scopes open', async (t) => {
    const out = join(folder, 'sds.zip')
    const { files } = await run(
      'sds',
      '--out',
      out,
      '--school',
      school.id,
      '--scopes',
      'schools:read pupils:read',
    )
    t.same(files, { orgs: 1, users: 2, roles: 2 })
    const { code, out: said } = await mis(t, ['export', 'sds', '--out', out, '--force'], env)
    t.equal(code, 0)
    t.match(said, /relationships +\d/)
  })

  await t.test('writes over no file, and leaves nothing half written', async (t) => {
    const out = join(folder, 'kept.zip')
    writeFileSync(out, 'kept')
    const refused = await mis(t, ['export', 'oneroster', '--out', out], env)
    t.match(refused, { code: 1, err: `There is a file ${out}; --force writes over it.\n` })
    t.equal(readFileSync(out, 'utf8'), 'kept')
    const nowhere = await mis(t, ['export', 'oneroster', '--out', join(folder, 'none', 'x.zip')], env)
    t.equal(nowhere.code, 1)
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
    t.equal((await run('oneroster', '--out', out, '--force')).files.users, 3)
    t.ok((await unzipped(readFileSync(out))).has('manifest.csv'))
  })

  await t.test('what is misspelled ends with 2', async (t) => {
    for (const args of [
      ['oneroster', '--mode', 'delta'],
      ['oneroster', '--since', '2026-11-01'],
      ['oneroster', '--release', '1.3'],
      ['oneroster', '--mode', 'delta', '--since', 'yesterday'],
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
