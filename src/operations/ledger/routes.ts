import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { FastifyReply } from 'fastify'
import { compile } from '../../foundation/db/compiled.ts'
import { readTogether } from '../../foundation/db/transaction.ts'
import { sendJson } from '../../foundation/http/answer.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import { IdParams } from '../../foundation/http/parameters.ts'
import { problem } from '../../foundation/http/problems.ts'
import { pageOf } from '../../foundation/resource/schemas.ts'
import { defaultPage, Id, Instant, nullable, paging, Text, Whole } from '../../foundation/resource/spoken.ts'

const strict = { additionalProperties: false }

const DisclosureRow = Type.Object(
  {
    appId: Text('The app that was given the data.', 'app_4kZ1'),
    appName: nullable(Text('Its name; null when it is no longer registered.', 'Family App')),
    accountId: nullable(
      Id('The account of the person for whom it asked; null where it acted for the school.'),
    ),
    agreementVersion: Whole('Version of the agreement in force then.', 0, 2_147_483_647, 1),
    operation: Text('The operation that was called: why the data was given.', 'listPupils'),
    fieldGroups: Type.Array(Type.String(), {
      description: 'Groups of fields that the answers held besides the core.',
      examples: [['contacts']],
    }),
    times: Whole('How many answers within the hour.', 1, 2_147_483_647, 3),
    firstAt: Instant('The first of them.'),
    lastAt: Instant('The last of them.'),
  },
  { ...strict, title: 'Disclosure' },
)

const school = sql.placeholder('school')
const id = sql`${sql.placeholder('id')}::uuid`

const findPupil = compile(sql`select id from pupils where school_id = ${school} and id = ${id}`)

/** The position is the whole key of a row, so that pages neither skip nor repeat. */
const key = sql`(d.hour, d.app_id, d.account_id, d.agreement_version, d.operation, d.field_groups)`
const readDisclosures = compile(
  sql`select d.app_id, c.name, nullif(d.account_id, '00000000-0000-0000-0000-000000000000'), d.agreement_version, d.operation, d.field_groups,
        d.times, d.first_at, d.last_at, to_json(array[d.hour::text, d.app_id, d.account_id::text, d.agreement_version::text, d.operation, d.field_groups])
      from disclosures d left join clients c on c.id = d.app_id
      where d.school_id = ${school} and d.pupil_id = ${id}
        and (${sql.placeholder('from')}::timestamptz is null or d.last_at >= ${sql.placeholder('from')}::timestamptz)
        and (${sql.placeholder('until')}::timestamptz is null or d.first_at < ${sql.placeholder('until')}::timestamptz)
        and (${sql.placeholder('hour')}::timestamptz is null or ${key} < (${sql.placeholder('hour')}::timestamptz, ${sql.placeholder('app')}::text,
          ${sql.placeholder('account')}::uuid, ${sql.placeholder('version')}::integer, ${sql.placeholder('operation')}::text, ${sql.placeholder('groups')}::text))
      order by d.hour desc, d.app_id desc, d.account_id desc, d.agreement_version desc, d.operation desc, d.field_groups desc
      limit ${sql.placeholder('limit')}`,
)

export const disclosureRoutes = (): Mount[] => [
  {
    method: 'GET',
    path: '/pupils/{id}/disclosures',
    operationId: 'listDisclosures',
    scope: 'disclosures:read',
    tag: 'pupils',
    summary: "List who was given a pupil's data",
    description:
      'The ledger of disclosures, newest hour first: which app, for whom, under which agreement, what, when and why. Answers are added up by the hour; the last half second may not be in it yet.',
    params: IdParams,
    query: Type.Object(
      {
        from: Type.Optional(Instant('Only what was given at or after this instant.')),
        until: Type.Optional(Instant('Only what was given before this instant.')),
        ...paging,
      },
      strict,
    ),
    answers: {
      200: {
        description: 'A page.',
        schema: pageOf(DisclosureRow),
      },
    },
    problems: [404],
    cost: 1,
    handler: answerDisclosures,
  },
]

interface Query {
  from?: string
  until?: string
  limit?: number
  after?: string
}

async function answerDisclosures({ db, actor, cursors, request, reply }: Context): Promise<FastifyReply> {
  const { id: pupilId } = request.params as { id: string }
  const { from = null, until = null, limit = defaultPage, after } = request.query as Query
  const scope = JSON.stringify([actor.schoolId, 'disclosures', pupilId, from, until])
  const [hour = null, app = null, account = null, version = null, operation = null, groups = null] =
    after === undefined ? [] : cursors.open(scope, after)
  const values = {
    id: pupilId,
    from,
    until,
    hour,
    app,
    account,
    version,
    operation,
    groups,
    limit: limit + 1,
  }
  const [found = [], rows = []] = await readTogether(db, actor, [
    { query: findPupil, values },
    { query: readDisclosures, values },
  ])
  if (found.length === 0) throw problem('not-found')
  const shown = rows.slice(0, limit)
  const position = rows.length > limit ? (JSON.parse(shown.at(-1)?.at(-1) ?? '[]') as string[]) : undefined
  const next = position ? cursors.seal(scope, position) : null
  return sendJson(reply, JSON.stringify({ data: shown.map(spoken), next }))
}

const instant = (text: string) => new Date(text).toISOString()

function spoken(row: (string | null)[]) {
  const [appId, appName, accountId, version, operation, groups, times, firstAt, lastAt] = row as string[]
  return {
    appId,
    appName: appName ?? null,
    accountId: accountId ?? null,
    agreementVersion: Number(version),
    operation,
    fieldGroups: groups ? groups.split(' ') : [],
    times: Number(times),
    firstAt: instant(firstAt as string),
    lastAt: instant(lastAt as string),
  }
}
