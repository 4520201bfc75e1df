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
  SMTP_URL: Type.Optional(
    Type.String({
      pattern: '^smtps?://[^/]+$',
      description: 'a mail server, such as smtp://user:password@mail.example.org:587',
    }),
  ),
  MAIL_FROM: Type.String({
    minLength: 3,
    maxLength: 200,
    default: 'open-mis <no-reply@localhost>',
    description: 'whom letters are from, such as Wexmoor High <office@wexmoor.example>',
  }),
  WEBHOOKS_TO_LOOPBACK: Type.Union([Type.Literal('on'), Type.Literal('off')], {
    default: 'off',
    description: 'on or off (on lets webhooks go to this very machine, by http too: for development)',
  }),
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
  /** The mail server; letters are not sent without one. */
  readonly smtpUrl: string | undefined
  readonly mailFrom: string
  /** Whether webhooks may go to this very machine. */
  readonly mayCallLoopback: boolean
}

/** Reads an environment; throws one StartError with a line for every fault. An empty variable counts as not set. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])))
  const values = Value.Default(Environment, numbersRead(given))
  if (Value.Check(Environment, values)) return configFrom(values)
  const faulty = new Set([...Value.Errors(Environment, values)].map(({ path }) => path.split('/')[1] as Name))
  throw new StartError([...faulty].map((name) => faultOf(name, given[name])).join('\n'))
}

type Name = keyof typeof Environment.properties
const names = Object.keys(Environment.properties) as Name[]

/** Only whole decimal numbers are read: 3000.5 or 1e3 as a port are slips of the pen, not numbers to round. */
function numbersRead(given: Record<string, string | undefined>): Record<string, string | number | undefined> {
  const read = ([name, text]: [string, string | undefined]) =>
    isNumber(name) && text && /^\d{1,9}$/.test(text) ? [name, Number(text)] : [name, text]
  return Object.fromEntries(Object.entries(given).map(read))
}

const isNumber = (name: string) => Environment.properties[name as Name].type === 'integer'

/** A URL may hold a password, so it is not repeated. */
function faultOf(name: Name, value: string | undefined): string {
  const shown =
    (name.startsWith('DATABASE') || name === 'SMTP_URL') && !isNumber(name)
      ? 'is set but'
      : `is "${value}" but`
  return `${name} ${shown} must be ${Environment.properties[name].description}.`
}

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
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM,
    mayCallLoopback: env.WEBHOOKS_TO_LOOPBACK === 'on',
  })
}

export function configFromProcess(): Config {
  return readConfig(process.env)
}
