import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { servingAccount } from '../../src/foundation/db/embedded/account.ts'
import { findRunning } from '../../src/foundation/db/embedded/lock.ts'
import { clusterFolder } from '../../src/foundation/db/embedded/places.ts'
import { postgresIn } from '../../src/foundation/db/embedded/processes.ts'
import { systemClock, today } from '../../src/foundation/time/clock.ts'
import { ask, dataFolder } from '../support/embedded.ts'
import type { Teardown } from '../support/postgres.ts'
import { misJson, type Program, start } from '../support/program.ts'
import { type Call, makeStormSchool, type Verdict, verify, Writer } from '../support/storm.ts'

/** The server as `npm start` runs it, killed and started again on the same data. */
class Victim {
  readonly #t: Teardown
  readonly #env: Record<string, string>
  readonly #cluster: string
  #program: Program | undefined
  #url = ''
  #authorization = ''

  /** The port stays the same, so that a token lives on through a restart. */
  constructor(t: Teardown, port: number) {
    const dataDir = dataFolder(t)
    this.#t = t
    this.#env = { DATA_DIR: dataDir, RATE_LIMIT: '0', TOKEN_TTL_SECONDS: '3600', PORT: String(port) }
    this.#cluster = clusterFolder(dataDir, servingAccount).cluster
  }

  async start(): Promise<void> {
    this.#program = start(this.#t, ['src/server.ts'], this.#env)
    this.#url = (await this.#program.says(/serves at +(http\S+)\n/))[1] as string
  }

  /** Makes a school and a client, and signs in. */
  async open(): Promise<void> {
    const { school } = await misJson<{ school: { id: string } }>(
      this.#t,
      ['schools', 'create', '--name', 'Storm School'],
      this.#env,
    )
    const scopes = ['pupils', 'groups', 'calendar', 'attendance'].flatMap((name) => [
      `${name}:read`,
      `${name}:write`,
    ])
    const { client, secret } = await misJson<{ client: { id: string }; secret: string }>(
      this.#t,
      ['clients', 'create', '--school', school.id, '--name', 'Storm', '--scopes', scopes.join(' ')],
      this.#env,
    )
    const response = await fetch(new URL('/oauth/token', this.#url), {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${client.id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    this.#authorization = `Bearer ${((await response.json()) as { access_token: string }).access_token}`
  }

  readonly call: Call = async (method, path, body, headers = {}) => {
    const response = await fetch(new URL(`/v1${path}`, this.#url), {
      method,
      headers: {
        authorization: this.#authorization,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    })
    return {
      status: response.status,
      text: await response.text(),
      etag: response.headers.get('etag') ?? '',
    }
  }

  /** kill -9 of the API; PostgreSQL outlives it until the next start. */
  async killApi(): Promise<void> {
    this.#program?.child.kill('SIGKILL')
    await this.#program?.ended
    await this.start()
  }

  /** kill -9 of the postmaster and all its backends at once; the server starts PostgreSQL again. */
  async killPostgres(): Promise<void> {
    for (const pid of postgresIn(this.#cluster)) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // A backend that ended by itself.
      }
    }
    for (let tries = 0; tries < 300; tries++) {
      const answer = await this.call('GET', '/token').catch(() => undefined)
      if (answer?.status === 200 && (await this.call('GET', '/registers?limit=1')).status === 200) return
      await wait(50)
    }
    throw new Error('The server did not come back.')
  }

  /** Trades durability for speed, as some do: what is acknowledged may lie in memory for ten seconds. */
  async giveUpDurability(): Promise<void> {
    const { ownerUrl } = findRunning(this.#env.DATA_DIR as string) ?? {}
    for (const setting of [
      'synchronous_commit = off',
      "wal_writer_delay = '10s'",
      "wal_writer_flush_after = '100MB'",
    ])
      await ask(ownerUrl, `alter system set ${setting}`)
    await ask(ownerUrl, 'select pg_reload_conf()')
    await wait(200)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function storm(victim: Victim, kills: readonly (() => Promise<void>)[]): Promise<Verdict[]> {
  const school = await makeStormSchool(victim.call, today(systemClock))
  const writers = school.forms.map((form) => new Writer(form, school.days))
  const verdicts: Verdict[] = []
  for (const [round, kill] of kills.entries()) {
    let isOver = false
    const running = Promise.all(writers.map((writer) => writer.run(victim.call, () => isOver)))
    // Not always at the same place of a transaction.
    await wait(700 + ((round * 137) % 400))
    await kill()
    isOver = true
    await running
    verdicts.push(await verify(victim.call, school, writers))
  }
  return verdicts
}

t.test(
  'kill -9 of the API and of PostgreSQL while eight writers send registers loses nothing that was acknowledged',
  async (t) => {
    const victim = new Victim(t, await freePort())
    await victim.start()
    await victim.open()
    const [api, postgres] = [() => victim.killApi(), () => victim.killPostgres()]
    const verdicts = await storm(victim, [api, postgres, postgres, api, postgres, api])
    for (const [round, { acknowledged, ...wrong }] of verdicts.entries())
      t.same(
        wrong,
        { lost: 0, half: 0, double: 0, miscounted: 0 },
        `round ${round + 1}: ${acknowledged} registers`,
      )
    t.ok((verdicts.at(-1)?.acknowledged ?? 0) > 200, 'and there was a storm')
  },
)

t.test('the same with synchronous_commit off loses registers: the check above can see a loss', async (t) => {
  const victim = new Victim(t, await freePort())
  await victim.start()
  await victim.open()
  await victim.giveUpDurability()
  const [verdict] = await storm(victim, [() => victim.killPostgres()])
  t.ok((verdict?.lost ?? 0) > 0, `${verdict?.lost} of ${verdict?.acknowledged} lost`)
})
