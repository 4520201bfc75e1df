// One of the three contestants, in a process of its own: the service with every protection, a bare Fastify + pg route,
// or the SQL of the service replayed through bare pg without HTTP.
import Fastify from 'fastify'
import pg from 'pg'
import { pino } from 'pino'
import { readConfig } from '../../src/config.ts'
import { startService } from '../../src/service.ts'
import { replay } from './replay.ts'
import type { BenchSchool } from './school.ts'

export type Order =
  | { kind: 'app'; ownerUrl: string; appUrl: string }
  | { kind: 'plain'; ownerUrl: string; school: BenchSchool }
  | { kind: 'sql'; appUrl: string; school: BenchSchool }

process.once('message', (order: Order) => void start(order))
process.on('disconnect', () => process.exit(0))

const say = (message: unknown) => process.send?.(message)

async function start(order: Order): Promise<void> {
  if (order.kind === 'app') await app(order)
  else if (order.kind === 'plain') await plain(order)
  else await replay(order.appUrl, order.school, say)
  process.on('message', (word: unknown) => {
    if (word === 'cpu') say({ cpu: process.cpuUsage(), rss: process.memoryUsage().rss })
  })
}

async function app({ ownerUrl, appUrl }: Order & { kind: 'app' }): Promise<void> {
  const config = readConfig({ PORT: '0', RATE_LIMIT: '1000000', TOKEN_TTL_SECONDS: '3600', DEMO: 'off' })
  const reach = { ownerUrl, appUrl, role: undefined, close: async () => {} }
  // The log is written as in production, to nowhere.
  const log = pino({ level: 'info', base: null }, pino.destination({ dest: '/dev/null', sync: false }))
  const { publicUrl } = await startService(config, { log, reach })
  say({ url: publicUrl })
}

const columns = `p.id, p.updated_at, p.admission_number, e.legal_given_name, e.legal_middle_names, e.legal_family_name,
  e.preferred_given_name, e.preferred_family_name, p.year_group, p.enrolment_status, p.enrolled_on, p.left_on, p.upn, p.uln,
  e.birth_date, e.sex, p.ethnicity, p.first_language, p.religion, e.email, e.phone, e.address, p.sen_status, p.sen_needs,
  p.sen_notes, p.medical_conditions, p.medical_notes, p.is_free_school_meals, p.is_pupil_premium, p.is_in_care, p.former_upn`
const from = 'from pupils p join people e on e.school_id = p.school_id and e.id = p.id'

/** No token, no scope, no row security (the owner's connection), no ETag: what a weekend project would do. */
async function plain({ ownerUrl, school }: Order & { kind: 'plain' }): Promise<void> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 6 })
  const server = Fastify()
  server.get<{ Params: { id: string } }>('/v1/pupils/:id', async ({ params }) => {
    const text = `select ${columns} ${from} where p.school_id = $1 and p.id = $2`
    return (await pool.query({ name: 'one', text, values: [school.id, params.id] })).rows[0]
  })
  server.get('/v1/pupils', async () => {
    const text = `select ${columns} ${from} where p.school_id = $1 order by p.id limit 100`
    return { data: (await pool.query({ name: 'many', text, values: [school.id] })).rows }
  })
  say({ url: await server.listen({ port: 0, host: '127.0.0.1' }) })
}
