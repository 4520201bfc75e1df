import { setTimeout as wait } from 'node:timers/promises'
import Fastify from 'fastify'
import { decodeProtectedHeader, type JWK } from 'jose'
import t, { type Test } from 'tap'
import { bearerVerifier } from '../../src/foundation/access/bearer.ts'
import { allScopes } from '../../src/foundation/access/scopes.ts'
import { openPool } from '../../src/foundation/db/pool.ts'
import { type Clock, standingClock, systemClock } from '../../src/foundation/time/clock.ts'
import { purgeExpired } from '../../src/oauth/adapter.ts'
import { activationDelayMs, openKeys, rotateKeys } from '../../src/oauth/keys.ts'
import { oauthRoutes } from '../../src/oauth/routes.ts'
import { serveTest, type TestService } from '../support/service.ts'
import { everything, withoutPeople } from '../support/standing.ts'
import { ask, basic, grant } from './ask.ts'

const days = (count: number) => count * 24 * 3_600_000
const revocations = { isFresh: () => true, isRevoked: () => false }

/** One process of an installation: its keys live by a clock of their own, and are read anew only when told. */
async function open(t: Test, { db, publicUrl }: TestService, clock: Clock) {
  const keys = await openKeys(db.pool, clock)
  const app = Fastify()
  const deps = {
    pool: db.pool,
    clock: systemClock,
    publicUrl,
    tokenTtlSeconds: 600,
    allScopes,
    aliases: new Map(),
    keys,
    revocations,
    ...withoutPeople(db),
    verify: () => Promise.reject(new Error('nobody asks')),
  }
  await app.register(oauthRoutes(deps))
  const near = await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(() => app.close())
  const verify = bearerVerifier({
    keyOf: (kid) => keys.keyOf(kid),
    publicUrl,
    clock: systemClock,
    revocations,
    standings: { of: () => everything },
  })
  const published = async () => {
    const { keys: jwks } = (await (await fetch(`${near}/oauth/jwks`)).json()) as { keys: JWK[] }
    return jwks.map(({ kid }) => kid)
  }
  return { keys, near, verify, published }
}

t.test('keys change under load, and not one request fails in either process', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const clock = standingClock(new Date())
  const processes = [await open(t, service, clock), await open(t, service, clock)] as const
  const [first, second] = processes
  const authorization = basic(school.clientId, school.secret)
  const tally = { requests: 0, failures: 0, kids: new Set<string>() }
  const day: string[] = []

  const use = async (from: (typeof processes)[number]) => {
    const { body } = await ask(
      `${from.near}/oauth/token`,
      { ...grant, scope: 'rooms:read' },
      { authorization },
    )
    tally.kids.add(String(decodeProtectedHeader(body.access_token).kid))
    day.push(body.access_token)
    for (const token of [body.access_token, day[0], day[Math.floor(day.length / 2)]])
      for (const { verify } of processes) {
        tally.requests += 1
        await Promise.resolve(verify(`Bearer ${token}`, { jwt: undefined, method: 'GET', path: '/' })).catch(
          () => {
            tally.failures += 1
          },
        )
      }
  }
  const state = { isOver: false }
  const load = processes.map(async (each) => {
    while (!state.isOver) await use(each)
  })
  const more = async (count: number) => {
    const until = day.length + count
    while (day.length < until) await new Promise(setImmediate)
  }

  await more(10)
  const before = await first.published()
  await rotateKeys(service.db.pool, clock)
  await first.keys.reload()
  const during = await first.published()
  t.equal(during.length, before.length + 1, 'published at once')
  await more(10)
  t.equal(tally.kids.size, 1, 'and signs nothing yet')
  // The minute of the delay, of which only the last second matters: keys are read anew at most once in it.
  await wait(1_050)
  t.same(await second.published(), before, 'the second process has missed it')
  clock.set(new Date(clock.now().getTime() + activationDelayMs + 1))
  await more(20)
  t.equal(tally.kids.size, 2, 'after the delay it signs')
  t.same(new Set(await second.published()), new Set(during), 'its first token tells the second process')
  await more(20)
  state.isOver = true
  await Promise.all(load)
  t.equal(tally.failures, 0, `${tally.requests} requests`)
})

t.test(
  'a process that has missed a new key reads it when it meets a token of it, and whoever asks meanwhile waits',
  async (t) => {
    const service = await serveTest(t)
    const clock = standingClock(new Date())
    const { pool } = service.db
    const late = await openKeys(pool, clock)
    await rotateKeys(pool, clock)
    clock.set(new Date(clock.now().getTime() + activationDelayMs + 1))
    const kid = (await openKeys(pool, clock)).signing().jwks[0]?.kid as string
    await wait(1_050)
    const found = await Promise.all(Array.from({ length: 10 }, () => late.keyOf(kid)))
    t.ok(found.every(Boolean))
    const asked: string[] = []
    const query = pool.query.bind(pool)
    Object.assign(pool, {
      query: (...all: Parameters<typeof query>) => {
        asked.push(String(all[0]))
        return query(...all)
      },
    })
    t.teardown(() => Object.assign(pool, { query }))
    for (let at = 0; at < 50; at += 1) t.equal(await late.keyOf(`unknown ${at}`), undefined)
    t.ok(asked.length <= 2, 'unknown ids do not keep the database busy')
  },
)

t.test(
  'a key is followed by the next after 90 days, verifies for two hours more, and is then purged',
  async (t) => {
    const service = await serveTest(t)
    const { pool } = service.db
    const start = Date.now()
    const clock = standingClock(new Date(start))
    const keys = await openKeys(pool, clock)
    const old = keys.signing().jwks[0]?.kid as string
    clock.set(new Date(start + days(89)))
    await keys.reload()
    t.equal(keys.signing().jwks.length, 1)
    clock.set(new Date(start + days(91)))
    const both = await Promise.all([openKeys(pool, clock), openKeys(pool, clock), keys.reload()])
    t.equal(both[0].signing().jwks.length, 2, 'three processes at once make one key')
    t.equal(keys.signing().jwks[0]?.kid, old)
    clock.set(new Date(start + days(91) + activationDelayMs + 1))
    t.not(keys.signing().jwks[0]?.kid, old)
    clock.set(new Date(start + days(91) + 3_600_000))
    await keys.reload()
    t.ok(await keys.keyOf(old), 'longer than any token lives')
    clock.set(new Date(start + days(91) + 3 * 3_600_000))
    await keys.reload()
    t.equal(await keys.keyOf(old), undefined)
    await purgeExpired(pool, clock)
    t.same((await pool.query('select count(*) as count from signing_keys')).rows, [{ count: 1 }])
  },
)

t.test('a failed reading is a failure, not an unknown key, and the next one is tried at once', async (t) => {
  const service = await serveTest(t)
  const { pool } = service.db
  const clock = standingClock(new Date())
  const late = await openKeys(pool, clock)
  await rotateKeys(pool, clock)
  clock.set(new Date(clock.now().getTime() + activationDelayMs + 1))
  const kid = (await openKeys(pool, clock)).signing().jwks[0]?.kid as string
  await wait(1_050)
  const owner = openPool({ url: service.ownerUrl, size: 1, applicationName: 'test' })
  t.teardown(() => owner.end())
  await owner.query('alter table signing_keys rename to mislaid')
  await t.rejects(late.keyOf(kid))
  await t.rejects(late.keyOf(kid))
  await owner.query('alter table mislaid rename to signing_keys')
  t.ok(await late.keyOf(kid))
})

t.test('nobody is told a private key', async (t) => {
  const service = await serveTest(t)
  const { keys } = (await (await fetch(`${service.publicUrl}/oauth/jwks`)).json()) as { keys: JWK[] }
  t.equal(keys.length, 1)
  t.match(keys[0], { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid: String })
  t.notOk('d' in (keys[0] as JWK))
})
