import { randomBytes } from 'node:crypto'
import t from 'tap'
import { migrate, servingRole } from '../../../src/foundation/db/migrate.ts'
import { openPool } from '../../../src/foundation/db/pool.ts'
import { testDatabase } from '../../support/postgres.ts'
import { asOwner, urlTo } from '../../support/template.ts'

t.test('an owner who is no superuser, and how one gets it to work', async (t) => {
  const { ownerUrl: superUrl } = await testDatabase(t)
  const owner = `owner_${randomBytes(6).toString('hex')}`
  const ownerUrl = urlTo(superUrl, owner, owner)
  await asOwner(superUrl, async (admin) => {
    await admin.query(`create role ${owner} login`)
    await admin.query(`create database ${owner} owner ${owner}`)
  })
  t.teardown(() =>
    asOwner(superUrl, async (admin) => {
      await admin.query(`drop database ${owner} with (force)`)
      await admin.query(`drop role ${owner}`)
    }),
  )

  await t.rejects(migrate({ ownerUrl }), {
    name: 'StartError',
    message: /^The owner of the database may not/,
  })
  await asOwner(superUrl, (admin) => admin.query(`grant ${servingRole} to ${owner}`))
  await migrate({ ownerUrl })
  await migrate({ ownerUrl })

  const asItself = openPool({ url: ownerUrl, size: 1, applicationName: 'mis test' })
  t.teardown(() => asItself.end())
  const school = '01890000-0000-7000-8000-000000000001'
  await asItself.query(`insert into schools (school_id, name, updated_at) values ($1, 'A', now())`, [school])
  t.equal((await asItself.query('select from schools')).rowCount, 1)
  await t.rejects(
    asItself.query(`insert into subjects (school_id, id, name) values ($1, $1, 'A')`, [school]),
    /row-level security/,
    'what is inside a school is hidden even from the owner',
  )
})
