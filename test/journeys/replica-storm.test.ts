import { setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { openSchool, untilAnswered } from '../support/caller.ts'
import { makeChangingSchool, startChanging } from '../support/changing-school.ts'
import { ask } from '../support/embedded.ts'
import { serveKillable, type Victim } from '../support/killable.ts'
import { randomFrom } from '../support/random.ts'
import { Expired, Replica } from '../support/replica.ts'

const runs = Number(process.env.STORM_RUNS ?? 1)
const seed = Number(process.env.STORM_SEED ?? 20_261_123)
t.setTimeout(120_000 + 60_000 * runs)

const server = await serveKillable(t)
const caller = await openSchool(server)
// Everything may vanish here: what holds a loss back has a test of its own.
await ask(
  server.ownerUrl(),
  `insert into feed_tripwires (school_id, agreement_id, share, updated_at, updated_by)
   select school_id, id, 0, now(), 'test' from agreements`,
)
const known = await makeChangingSchool(caller)
const patiently = (path: string) => untilAnswered(() => caller.call('GET', path))

for (let run = 0; run < runs; run++)
  t.test(
    `copies are exact after a storm of writes, kills, changes of access and an expired cursor (seed ${seed + run})`,
    (t) => storm(t, randomFrom(seed + run)),
  )

async function storm(t: Test, random: () => number): Promise<void> {
  const whole = new Replica(patiently)
  const some = new Replica(patiently, 'pupils,memberships,contacts,pupil-contacts')
  await whole.start()
  await some.start(3)
  const writers = startChanging(caller, known, random)
  const copying = { isOver: false, expired: 0, pages: 0 }
  const copies = [follow(whole, copying, random), follow(some, copying, random)]
  const blows = shuffled<Blow>(
    ['program', 'postgres', 'both', 'withhold', 'show', 'withhold', 'expire'],
    random,
  )
  for (const blow of blows) {
    await wait(150 + 250 * random())
    await strike(blow, random)
  }
  await writers.end()
  copying.isOver = true
  await Promise.all(copies)
  for (const copy of [whole, some]) {
    await catchUp(copy, copying, 1000)
    t.same(await copy.differences(), [])
  }
  t.comment(`${writers.acknowledged()} writes, ${copying.pages} pages, ${copying.expired} new beginnings`)
  t.ok(writers.acknowledged() > 20)
}

type Blow = Victim | 'withhold' | 'show' | 'expire'

/** Something happens to the server, to the access of the app, or to the log. */
async function strike(blow: Blow, random: () => number): Promise<void> {
  if (blow === 'expire') return expire()
  if (blow === 'withhold' || blow === 'show') return withhold(blow, random)
  await server.kill(blow)
  await patiently('/token')
}

/** The log forgets what it has, as it does after 90 days. */
async function expire(): Promise<void> {
  await askPatiently('delete from changes where number < (select max(number) - 5 from changes)')
}

/** What an administrator does through another app: pupils are withheld, or shown again. */
async function withhold(blow: 'withhold' | 'show', random: () => number): Promise<void> {
  const share = blow === 'show' ? 0 : 0.2 + 0.3 * random()
  await askPatiently(
    `with gone as (delete from withheld_pupils),
          agreed as (update agreements set has_withheld = ${share > 0} returning school_id, id),
          told as (select pg_notify('mis_revocations', 'access ' || school_id) from agreed)
     insert into withheld_pupils (school_id, agreement_id, pupil_id, reason, withheld_by, withheld_at)
     select p.school_id, a.id, p.id, 'test', 'test', now() from pupils p, agreed a, (select count(*) from told) as told
     where ('x' || right(p.id::text, 2))::bit(8)::int < 256 * ${share}
       and not exists (select from withheld_pupils w where w.school_id = p.school_id and w.agreement_id = a.id and w.pupil_id = p.id)`,
  )
}

/** A database that was killed takes a moment to be back. */
async function askPatiently(sql: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await ask(server.ownerUrl(), sql)
      return
    } catch (error) {
      if (tries >= 100) throw error
      await wait(100)
    }
  }
}

interface Copying {
  isOver: boolean
  expired: number
  pages: number
}

/** Follows the feed in pages of any size until it is told to end. */
async function follow(copy: Replica, copying: Copying, random: () => number): Promise<void> {
  while (!copying.isOver) await catchUp(copy, copying, 1 + Math.floor(random() * 60))
}

async function catchUp(copy: Replica, copying: Copying, limit: number): Promise<void> {
  try {
    await copy.catchUp(limit)
    copying.pages++
  } catch (error) {
    if (!(error instanceof Expired)) throw error
    copying.expired++
    await copy.start(2)
  }
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((each) => ({ each, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ each }) => each)
}
