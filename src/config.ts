import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { StartError } from './foundation/start-error.ts'

/** Every variable that the program reads, with its default. */
const Environment = Type.Object({
  PORT: Type.Integer({
    minimum: 0,
    maximum: 65535,
    default: 3000,
    description: 'a port from 0 to 65535 (0: any free one)',
  }),
  HOST: Type.String({ minLength: 1, default: '127.0.0.1', description: 'an address to listen on' }),
  PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/?#]+$',
      description: 'the address that clients use, such as https://mis.example.org, without a path',
    }),
  ),
  DATABASE_URL: Type.Optional(
    Type.String({ pattern: '^postgres(ql)?://', description: "a PostgreSQL URL of the database's owner" }),
  ),
  DATABASE_APP_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description: 'a PostgreSQL URL of a login that is a member of mis_app',
    }),
  ),
  DATABASE_POOL: Type.Integer({
    minimum: 2,
    maximum: 100,
    default: 6,
    description: 'connections from 2 to 100',
  }),
  DATA_DIR: Type.String({
    minLength: 1,
    default: '.data',
    description: 'a folder for the embedded database',
  }),
  LOG_LEVEL: Type.Union(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info', description: 'fatal, error, warn, info, debug, trace or silent' },
  ),
  DEMO: Type.Optional(Type.Union([Type.Literal('on'), Type.Literal('off')], { description: 'on or off' })),
  RATE_LIMIT: Type.Integer({
    minimum: 0,
    maximum: 10_000_000,
    default: 6000,
    description: 'points a minute and client, 0 for no limit',
  }),
  TOKEN_TTL_SECONDS: Type.Integer({
    minimum: 60,
    maximum: 3600,
    default: 600,
    description: 'seconds from 60 to 3600',
  }),
})

export interface Config {
  readonly port: number
  readonly host: string
  /** Undefined until the port is known: then http://localhost:PORT. */
  readonly publicUrl: string | undefined
  readonly databaseUrl: string | undefined
  readonly databaseAppUrl: string | undefined
  readonly databasePool: number
  readonly dataDir: string
  readonly logLevel: string
  readonly isDemo: boolean
  /** Points a minute and client; 0 is no limit. */
  readonly rateLimit: number
  readonly tokenTtlSeconds: number
}

/** Reads an environment; throws one StartError that names every fault. An empty variable counts as not set. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.keys(Environment.properties).flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  )
  const values = Value.Convert(Environment, Value.Default(Environment, given))
  const faulty = new Set([...Value.Errors(Environment, values)].map(({ path }) => path.split('/')[1] as Name))
  if (faulty.size > 0) throw new StartError([...faulty].map(faultOf).join('\n'))
  return configFrom(values as Static<typeof Environment>)
}

type Name = keyof typeof Environment.properties

const faultOf = (name: Name) => `${name} must be ${Environment.properties[name].description}.`

function configFrom(env: Static<typeof Environment>): Config {
  return Object.freeze({
    port: env.PORT,
    host: env.HOST,
    publicUrl: env.PUBLIC_URL,
    databaseUrl: env.DATABASE_URL,
    databaseAppUrl: env.DATABASE_APP_URL,
    databasePool: env.DATABASE_POOL,
    dataDir: env.DATA_DIR,
    logLevel: String(env.LOG_LEVEL),
    // A school's own database never gets a demo school by itself.
    isDemo: env.DEMO ? env.DEMO === 'on' : env.DATABASE_URL === undefined,
    rateLimit: env.RATE_LIMIT,
    tokenTtlSeconds: env.TOKEN_TTL_SECONDS,
  })
}

export function configFromProcess(): Config {
  return readConfig(process.env)
}
