import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import { readTogether } from '../../foundation/db/transaction.ts'
import { sendJson } from '../../foundation/http/answer.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { pageOf } from '../../foundation/resource/schemas.ts'
import { defaultPage, Instant, nullable, paging, Text, Whole } from '../../foundation/resource/spoken.ts'

const strict = { additionalProperties: false }
const common = {
  method: 'GET',
  scope: 'audit:read',
  tag: 'audit',
  problems: [] as number[],
  cost: 1,
} as const

const AuditEventRow = Type.Object(
  {
    number: Whole('Its place; gapless.', 1, Number.MAX_SAFE_INTEGER, 17),
    occurredAt: Instant('When.'),
    event: Text('What happened.', 'sign-in.failed'),
    appId: nullable(Text('Through which app.', 'app_4kZ1')),
    accountId: nullable(Text('For whom.', '0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11')),
    subject: nullable(Text('With which operation, or to what.', 'listPupils')),
    details: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
      description: 'What else is known; `times` counts the same event within a moment.',
      examples: [{ times: 1 }],
    }),
  },
  { ...strict, title: 'AuditEvent' },
)

const AuditHead = Type.Object(
  {
    number: Whole('Links of the chain so far.', 1, Number.MAX_SAFE_INTEGER, 12),
    sealedAt: Instant('When the last one was made.'),
    head: Type.String({
      description:
        'The signed head (JWS). Kept elsewhere, it proves later that nothing before it was touched.',
      examples: ['eyJhbGciOiJFZERTQSJ9.e30.x'],
    }),
  },
  { ...strict, title: 'AuditHead' },
)

const school = sql.placeholder('school')
const readEvents = compile(
  sql`select number, occurred_at, event, app_id, account_id, subject, details from audit_events
      where school_id = ${school} and number < ${sql.placeholder('before')}::bigint
        and (${sql.placeholder('event')}::text is null or event = ${sql.placeholder('event')}::text)
        and (${sql.placeholder('account')}::text is null or account_id = ${sql.placeholder('account')}::text)
      order by number desc limit ${sql.placeholder('limit')}`,
)
const readHead = compile(
  sql`select number, sealed_at, signature from audit_seals where school_id = ${school} order by number desc limit 1`,
)

const instant = (text: string | null | undefined) => new Date(text as string).toISOString()

interface Query {
  event?: string
  accountId?: string
  limit?: number
  after?: string
}

const listEvents = (): Mount => ({
  ...common,
  path: '/audit-events',
  operationId: 'listAuditEvents',
  summary: 'List the audit log',
  description:
    'Sign-ins, refusals and grants, newest first. Changes of records are in the change log; both are under the same hash chain.',
  query: Type.Object(
    {
      event: Type.Optional(Text('Only this event.', 'access.refused')),
      accountId: Type.Optional(Text('Only of this account.', '0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11')),
      ...paging,
    },
    strict,
  ),
  answers: { 200: { description: 'A page.', schema: pageOf(AuditEventRow) } },
  async handler({ db, actor, cursors, request, reply }) {
    const { event = null, accountId = null, limit = defaultPage, after } = request.query as Query
    const scope = JSON.stringify([actor.schoolId, 'audit', event, accountId])
    const before = after === undefined ? Number.MAX_SAFE_INTEGER : cursors.open(scope, after)[0]
    const values = { before, event, account: accountId, limit: limit + 1 }
    const [rows = []] = await readTogether(db, actor, [{ query: readEvents, values }])
    const data = rows.slice(0, limit).map(([number, at, what, appId, account, subject, details]) => ({
      number: Number(number),
      occurredAt: instant(at),
      event: what,
      appId,
      accountId: account,
      subject,
      details: JSON.parse(details as string) as object,
    }))
    const next = rows.length > limit ? cursors.seal(scope, [String(data.at(-1)?.number)]) : null
    return sendJson(reply, JSON.stringify({ data, next }))
  },
})

const listHeads = (): Mount => ({
  ...common,
  path: '/audit-heads',
  operationId: 'listAuditHeads',
  summary: 'Read the head of the audit chain',
  description:
    'The latest signed head. `mis audit verify --heads` checks the chain against heads that were kept elsewhere.',
  answers: { 200: { description: 'The head, once there is one.', schema: pageOf(AuditHead) } },
  async handler({ db, actor, reply }) {
    const [rows = []] = await readTogether(db, actor, [{ query: readHead, values: {} }])
    const data = rows.map(([number, at, head]) => ({ number: Number(number), sealedAt: instant(at), head }))
    return sendJson(reply, JSON.stringify({ data, next: null }))
  },
})

export const auditRoutes = (): Mount[] => [listEvents(), listHeads()]
