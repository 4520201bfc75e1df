import t, { type Test } from 'tap'
import { openPool } from '../../../src/foundation/db/pool.ts'
import { sealSchool, verifyChain } from '../../../src/operations/audit/chain.ts'
import { openHeadKey } from '../../../src/operations/audit/head-key.ts'
import { openAuditLog } from '../../../src/operations/audit/log.ts'
import { serveTest } from '../../support/service.ts'

/** A school with a few changes, events and two links over them. */
async function chained(t: Test) {
  const service = await serveTest(t)
  const school = await service.school()
  const key = await openHeadKey(service.db.pool)
  const log = openAuditLog(service.db)
  t.teardown(() => log.close())
  const heads: string[] = []
  for (let at = 0; at < 2; at++) {
    await school.post('/rooms', { code: `R${at}`, name: `Room ${at}` })
    for (let each = 0; each < 3; each++)
      log.note(school.id, { event: 'sign-in.failed', accountId: `${at}${each}` })
    log.note(school.id, { event: 'sign-in.failed', accountId: `${at}0` })
    await log.flush()
    heads.push((await sealSchool(service.db, school.id, key)) as string)
  }
  await school.post('/rooms', { code: 'R9', name: 'Room 9' })
  const owner = openPool({ url: service.ownerUrl, size: 1, applicationName: 'tamper' })
  t.teardown(() => owner.end())
  const verify = (kept: string[] = []) => verifyChain(service.db, school.id, key, kept)
  return { service, school, key, heads, verify, tamper: (sql: string) => owner.query(sql) }
}

t.test('a chain that nobody touched holds, also against heads kept elsewhere', async (t) => {
  const { verify, heads, service, school, key } = await chained(t)
  t.match(await verify(heads), { fault: undefined, links: 2, changes: 3, events: 6, unsealed: 1 })
  t.equal((await sealSchool(service.db, school.id, key)) === undefined, false)
  t.match(await verify(heads), { links: 3, unsealed: 0 })
  t.equal(await sealSchool(service.db, school.id, key), undefined, 'nothing new makes no link')
  const { data } = (await school.get('/audit-events?event=sign-in.failed&limit=2')).body
  t.same(
    data.map(({ number }: { number: number }) => number),
    [6, 5],
  )
  const counted = (await school.get('/audit-events')).body.data.find(
    (each: { number: number }) => each.number === 4,
  )
  t.match(counted, { event: 'sign-in.failed', accountId: '10', details: { times: 2 } })
  t.equal((await school.get('/audit-heads')).body.data[0].number, 3)
})

const attacks: [string, string, RegExp][] = [
  [
    'an edited event',
    `update audit_events set account_id = 'x' where number = 2`,
    /covered by link 1 was edited/,
  ],
  ['an edited change', `update changes set actor = 'x' where number = 3`, /covered by link 2 was edited/],
  ['a deleted event', 'delete from audit_events where number = 5', /audit_events 5 is missing/],
  ['a deleted change', 'delete from changes where number = 2', /changes 2 is missing/],
  ['a cut tail of changes', 'delete from changes where number > 2', /changes 3 is missing/],
  [
    'a cut tail with its counter',
    'delete from changes where number > 2; update change_counters set number = 2',
    /changes 3 is missing|counters/,
  ],
  ['a deleted link', 'delete from audit_seals where number = 1', /link 1 is missing/],
  [
    'a change after the last link that is gone',
    'delete from changes where number = 4',
    /changes 4 is missing/,
  ],
  [
    'an exchanged hash',
    `update audit_seals set hash = decode(repeat('00', 32), 'hex') where number = 2`,
    /signature of link 2/,
  ],
]
for (const [name, attack, found] of attacks)
  t.test(`${name} is found`, async (t) => {
    const { verify, tamper } = await chained(t)
    await tamper(attack)
    t.match((await verify()).fault, found)
  })

t.test(
  'a cut tail of links, and a chain made anew with the key, are found by a head kept elsewhere',
  async (t) => {
    const { verify, tamper, heads, service, school, key } = await chained(t)
    await tamper('delete from audit_seals where number = 2')
    t.match(await verify(heads), { fault: /link 2 of a kept head is gone/ })
    await tamper(`delete from audit_seals; update audit_events set account_id = 'x' where number = 2`)
    await sealSchool(service.db, school.id, key)
    t.match(await verify(), { fault: undefined }, 'by itself it looks whole')
    t.match(await verify(heads), { fault: /differs from a kept head|is gone/ })
  },
)

t.test('the serving role can neither change nor remove an event or a link', async (t) => {
  const { service } = await chained(t)
  for (const table of ['audit_events', 'audit_seals', 'agreement_versions', 'agreement_acts'])
    await t.rejects(service.db.pool.query(`delete from ${table}`), { code: '42501' }, table)
})

t.test('refusals are in the log', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  for (let at = 0; at < 3; at++) await school.call('GET', '/pupils', { scopes: ['rooms:read'] })
  await new Promise((resolve) => setTimeout(resolve, 800))
  const { data } = (await school.get('/audit-events?event=access.refused')).body
  t.match(data[0], { appId: school.clientId, subject: 'listPupils', details: { code: 'scope-missing' } })
})
