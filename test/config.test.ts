import t from 'tap'
import { readConfig } from '../src/config.ts'

const faultsOf = (env: Record<string, string>): string[] => {
  try {
    readConfig(env)
    return []
  } catch (error) {
    return (error as Error).message.split('\n')
  }
}

t.test('an empty environment gives the small installation of the first start', async (t) => {
  t.same(readConfig({}), {
    port: 3000,
    host: '127.0.0.1',
    publicUrl: undefined,
    databaseUrl: undefined,
    databaseAppUrl: undefined,
    databasePool: 6,
    dataDir: '.data',
    logLevel: 'info',
    isDemo: true,
    rateLimit: 6000,
    tokenTtlSeconds: 600,
    smtpUrl: undefined,
    mailFrom: 'open-mis <no-reply@localhost>',
    mayCallLoopback: false,
  })
  t.ok(Object.isFrozen(readConfig({})))
})

t.test('an empty variable counts as not set, and unknown ones are ignored', async (t) => {
  t.same(readConfig({ PORT: '', DATA_DIR: '', MIS_COLOUR: 'red', PATH: '/bin' }), readConfig({}))
})

t.test('every variable is read', async (t) => {
  t.match(
    readConfig({
      PORT: '0',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://mis.example.org',
      DATABASE_URL: 'postgres://a:b@c/d',
      DATABASE_APP_URL: 'postgresql://e@c/d',
      DATABASE_POOL: '20',
      DATA_DIR: '/data',
      LOG_LEVEL: 'silent',
      DEMO: 'on',
      RATE_LIMIT: '0',
      TOKEN_TTL_SECONDS: '3600',
    }),
    {
      port: 0,
      host: '0.0.0.0',
      publicUrl: 'https://mis.example.org',
      databaseUrl: 'postgres://a:b@c/d',
      databaseAppUrl: 'postgresql://e@c/d',
      databasePool: 20,
      dataDir: '/data',
      logLevel: 'silent',
      isDemo: true,
      rateLimit: 0,
      tokenTtlSeconds: 3600,
    },
  )
})

t.test("a school's own database gets no demo school unless asked for", async (t) => {
  t.equal(readConfig({ DATABASE_URL: 'postgres://a@b/c' }).isDemo, false)
  t.equal(readConfig({ DEMO: 'off' }).isDemo, false)
})

t.test('all faults are told at once, a line each, with what is allowed', async (t) => {
  t.same(
    faultsOf({ PORT: '70000', LOG_LEVEL: 'loud', DEMO: 'yes', TOKEN_TTL_SECONDS: '59', HOST: 'ok' }).sort(),
    [
      'DEMO is "yes" but must be on or off.',
      'LOG_LEVEL is "loud" but must be fatal, error, warn, info, debug, trace or silent.',
      'PORT is "70000" but must be a port from 0 to 65535 (0: any free one).',
      'TOKEN_TTL_SECONDS is "59" but must be seconds from 60 to 3600.',
    ],
  )
})

t.test('numbers are whole and decimal; nothing is rounded', async (t) => {
  for (const PORT of ['3000.5', '1e3', '0x50', '-1', ' 80', '80a', 'true', '9'.repeat(30)])
    t.equal(faultsOf({ PORT }).length, 1, PORT)
})

t.test('the public address has a scheme and neither path nor slash at the end', async (t) => {
  for (const PUBLIC_URL of [
    'mis.example.org',
    'https://mis.example.org/',
    'https://a/b',
    'ftp://a',
    'https://a?b',
  ])
    t.match(
      faultsOf({ PUBLIC_URL }),
      [/^PUBLIC_URL is ".*" but must be the address that clients use/],
      PUBLIC_URL,
    )
})

t.test('a faulty database URL is not repeated, since it may hold a password', async (t) => {
  const [fault] = faultsOf({ DATABASE_URL: 'mysql://root:secret@db/mis' })
  t.equal(fault, "DATABASE_URL is set but must be a PostgreSQL URL of the database's owner.")
})
