import { setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { openSchool } from '../support/caller.ts'
import { ask } from '../support/embedded.ts'
import { makeForms, occasionsOf } from '../support/forms.ts'
import { serveKillable, type Victim } from '../support/killable.ts'
import { randomFrom } from '../support/random.ts'
import { type Findings, readBack } from '../support/read-back.ts'
import { type Storm, startStorm } from '../support/storm.ts'

t.setTimeout(180_000)

const seed = Number(process.env.KILL_SEED ?? 20_260_901)
const random = randomFrom(seed)
const blows: Victim[] = ['program', 'postgres', 'both', 'program', 'postgres']
const rounds = blows.map((victim) => ({ victim, place: random(), delay: random() }))
rounds.sort((one, other) => one.place - other.place)
/** A storm blows at least so long before something is killed, and up to twice that. */
const calmMs = 350

const server = await serveKillable(t)
const caller = await openSchool(server)
const school = await makeForms(caller, 8, 12)

t.test('an acknowledged register is never lost, whatever is killed while registers are taken', async (t) => {
  const storm = startStorm(caller, school.forms, occasionsOf(0, 6))
  for (const { victim, delay } of rounds) {
    await storm.acknowledgement()
    await wait(calmMs * (1 + delay))
    await server.kill(victim)
  }
  await endWith('both', storm)
  const findings = await readBack(caller, school, storm.book)
  report(t, storm, findings)
  t.same(findings, { lost: [], half: [], doubled: [], unasked: [], miscounted: [] })
  t.same(storm.surprises, [], 'what had no answer was there as a whole or not at all')
  const { acknowledged, wereThere, wereNotThere } = storm.figures
  t.ok(acknowledged > 100, 'the storm was one')
  t.notOk(caller.unknown.has('500'), 'a database that is gone for a moment is answered 503')
  t.ok(wereThere + wereNotThere >= rounds.length, 'and what was killed had writes under way')
})

t.test('were a write acknowledged before it is kept, the same look would see the loss', async (t) => {
  // What is written stays in memory that dies with PostgreSQL. Only this test sets it; the product never does.
  await ask(server.ownerUrl(), 'alter system set synchronous_commit = off')
  await ask(server.ownerUrl(), "alter system set wal_writer_delay = '10s'")
  await ask(server.ownerUrl(), "alter system set wal_writer_flush_after = '1GB'")
  await server.restart()
  const storm = startStorm(caller, school.forms, occasionsOf(10, 6))
  await endWith('postgres', storm)
  const findings = await readBack(caller, school, storm.book)
  report(t, storm, findings)
  t.ok(findings.lost.length > 0, 'acknowledged registers are lost, and it is seen')
  t.same(findings.half, [], 'the registers that are lost are lost as a whole')
})

t.test(
  'the same look sees a register that is torn, one that is there twice, and a wrong counter',
  async (t) => {
    const storm = startStorm(caller, school.forms, occasionsOf(20, 1))
    await storm.acknowledgement()
    await wait(calmMs)
    await storm.end()
    const sound = await readBack(caller, school, storm.book)
    t.same(sound, { lost: [], half: [], doubled: [], unasked: [], miscounted: [] })
    await spoil()
    const { half, doubled, miscounted } = await readBack(caller, school, storm.book)
    t.ok(half.length > 0, 'marks are missing')
    t.equal(doubled.length, 1, 'one occasion has two registers')
    t.ok(miscounted.length > 0, 'and the counters say more than the marks')
  },
)

/** No register is begun after the kill: what was acknowledged just before has to outlive it by itself. */
async function endWith(victim: Victim, storm: Storm): Promise<void> {
  await storm.acknowledgement()
  await wait(2 * calmMs)
  const ended = storm.end()
  await server.kill(victim)
  await ended
}

/** What the database would not let happen by itself. */
async function spoil(): Promise<void> {
  const pupil = school.forms[0]?.pupils[0]
  await ask(
    server.ownerUrl(),
    `update attendance_years set marks = repeat('.', length(marks)) where pupil_id = '${pupil}'`,
  )
  await ask(server.ownerUrl(), 'alter table registers drop constraint registers__occasion')
  await ask(
    server.ownerUrl(),
    `insert into registers (school_id, id, kind, date, session, group_id)
     select school_id, gen_random_uuid(), kind, date, session, group_id from registers order by date desc limit 1`,
  )
}

function report(t: Test, { book, figures }: Storm, findings: Findings): void {
  const found = Object.entries(findings).map(([name, those]) => `${name} ${those.length}`)
  t.comment(`seed ${seed}, killed in this order: ${rounds.map(({ victim }) => victim).join(', ')}`)
  t.comment(
    `registers ${book.size}; ${JSON.stringify(figures)}; no answer ${JSON.stringify([...caller.unknown])}`,
  )
  t.comment(found.join(', '))
}
