import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { FastifyReply } from 'fastify'
import type { LoadStanding, Standing } from '../../foundation/access/standing.ts'
import { compile } from '../../foundation/db/compiled.ts'
import { readInSchool, type Tx } from '../../foundation/db/transaction.ts'
import { sendJson } from '../../foundation/http/answer.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import { problem } from '../../foundation/http/problems.ts'
import { type Resource, readScope, writeScope } from '../../foundation/resource/resource.ts'
import { groupOf, Id, nullable, Text } from '../../foundation/resource/spoken.ts'
import { today } from '../../foundation/time/clock.ts'
import { findApp } from '../apps/apps.ts'
import { everyRule, relatedTo } from './sight.ts'

const strict = { additionalProperties: false }
const words = (what: string, example: string[]) =>
  Type.Array(Type.String(), { description: what, examples: [example] })

const ScopeExplanation = Type.Object(
  {
    scope: Text('The scope.', 'pupils.sen:read'),
    fields: words('Fields that it opens; empty where it opens the resource as a whole.', ['senStatus']),
    isRegistered: Type.Boolean({ description: 'Whether the app is registered for it.', examples: [true] }),
    isAgreed: Type.Boolean({
      description: "Whether the school's agreement in force grants it.",
      examples: [true],
    }),
    rules: nullable(
      Type.Unsafe<string[]>({
        type: 'array',
        items: { type: 'string' },
        description:
          "Rules by which the person's roles reach pupils with it; null where the app acts for the school.",
        examples: [['taught']],
      }),
    ),
    isGranted: Type.Boolean({ description: 'Whether all of this together grants it.', examples: [true] }),
  },
  { ...strict, title: 'ScopeExplanation' },
)

const PupilExplanation = Type.Object(
  {
    isWithheld: Type.Boolean({
      description: 'Whether the pupil is withheld from the app.',
      examples: [false],
    }),
    rules: words('Rules by which the person is related to the pupil today.', ['taught']),
    isReached: Type.Boolean({
      description: 'Whether the pupil is seen through the scope of the resource.',
      examples: [true],
    }),
  },
  { ...strict, title: 'PupilExplanation', description: 'Why one pupil is seen or not.' },
)

const Explanation = Type.Object(
  {
    verdict: Text('In a sentence.', 'The app reads pupils for this person, as far as: taught.', 500),
    scopes: Type.Array(ScopeExplanation, { description: 'Each scope of the resource.' }),
    pupil: Type.Union([PupilExplanation, Type.Null()], {
      description: 'About the pupil asked for; null where none was.',
    }),
  },
  { ...strict, title: 'AccessExplanation' },
)

interface Query {
  appId: string
  accountId?: string
  resource: string
  pupilId?: string
}

/** `GET /access/explain`: which rule shows or hides a row or a field. */
export const explainRoute = (resources: readonly Resource[], load: LoadStanding): Mount => ({
  method: 'GET',
  path: '/access/explain',
  operationId: 'explainAccess',
  scope: 'access:read',
  tag: 'roles',
  summary: 'Explain why something is seen or not',
  description:
    'For an app, and a person where it acts for one: every scope of a resource with the step at which it is granted or lost, and for one pupil the relations that reach them. Rights are registration, agreement, roles, relations and withheld pupils together.',
  query: Type.Object(
    {
      appId: Type.String({
        pattern: '^app_[A-Za-z0-9_-]{1,60}$',
        description: 'The app.',
        examples: ['app_4kZ1'],
      }),
      accountId: Type.Optional(Id('The account of the person; left out where the app acts for the school.')),
      resource: Type.String({
        maxLength: 60,
        description: 'The resource, as in its address.',
        examples: ['pupils'],
      }),
      pupilId: Type.Optional(Id('Also explain this pupil.')),
    },
    strict,
  ),
  answers: { 200: { description: 'The explanation.', schema: Explanation } },
  problems: [404],
  cost: 2,
  handler: (context) => answerExplanation(context, resources, load),
})

async function answerExplanation(
  { db, actor, request, reply }: Context,
  resources: readonly Resource[],
  load: LoadStanding,
): Promise<FastifyReply> {
  const { appId, accountId, resource: name, pupilId } = request.query as Query
  const of = resources.find((each) => each.name === name)
  if (!of)
    throw problem('query-invalid', { errors: [{ path: '?resource', message: 'There is no such resource.' }] })
  const standing = await load({ schoolId: actor.schoolId, clientId: appId, accountId })
  const { registered, pupil } = await readInSchool(db, actor, async (tx) => ({
    registered: (await findApp(tx, appId)).scopes,
    pupil: pupilId === undefined ? null : await explainPupil(tx, of, standing, pupilId),
  }))
  const scopes = scopesOf(of).map((scope) => explainScope(of, scope, registered, standing))
  return sendJson(reply, JSON.stringify({ verdict: verdictOf(of, standing, scopes), scopes, pupil }))
}

/** The resource's own scopes, then those of its groups. */
function scopesOf(of: Resource): string[] {
  const groups = new Set(
    Object.values(of.row.properties)
      .map(groupOf)
      .filter((group) => group !== undefined),
  )
  return [undefined, ...groups].flatMap((group) => [readScope(of, group), writeScope(of, group)])
}

function explainScope(
  of: Resource,
  scope: string,
  registered: readonly string[],
  standing: Standing | string,
) {
  const fields = Object.entries(of.row.properties)
    .filter(([, schema]) => scope.startsWith(`${of.scope}.${groupOf(schema)}:`))
    .map(([name]) => name)
  const isRegistered = registered.includes(scope)
  const isAgreed = typeof standing !== 'string' && standing.scopes.has(scope)
  const isForPerson = typeof standing !== 'string' && standing.person !== undefined
  const rules = isForPerson ? [...(standing.rules?.get(scope) ?? [])] : null
  return {
    scope,
    fields,
    isRegistered,
    isAgreed,
    rules,
    isGranted: isRegistered && isAgreed && rules?.length !== 0,
  }
}

function verdictOf(
  of: Resource,
  standing: Standing | string,
  [read]: readonly { isRegistered: boolean; isAgreed: boolean; rules: string[] | null }[],
): string {
  if (standing === 'account-closed') return 'Nothing is seen: the account is closed, or its person has left.'
  if (typeof standing === 'string') return 'Nothing is seen: no agreement with the app is in force.'
  if (!read?.isRegistered) return `Nothing is seen: the app is not registered for ${readScope(of)}.`
  if (!read.isAgreed) return `Nothing is seen: the agreement does not grant ${readScope(of)}.`
  if (read.rules?.length === 0) return `Nothing is seen: no role of the person permits ${readScope(of)}.`
  const withheld = standing.agreement.hasWithheld ? ', without the withheld pupils' : ''
  const isFamily = standing.person !== undefined && standing.person.kind !== 'staff'
  const published = isFamily && of.isPublished ? ' Only what is published to families.' : ''
  return read.rules
    ? `The app reads ${of.name} for this person, as far as: ${read.rules.join(', ')}${withheld}.${published}`
    : `The app reads ${of.name} of the whole school${withheld}.`
}

const readWithheld = compile(
  sql`select 1 from withheld_pupils where school_id = ${sql.placeholder('school')} and agreement_id = ${sql.placeholder('agreement')}::uuid and pupil_id = ${sql.placeholder('pupil')}::uuid`,
)
const findPupil = compile(
  sql`select 1 from pupils where school_id = ${sql.placeholder('school')} and id = ${sql.placeholder('pupil')}::uuid`,
)

async function explainPupil(tx: Tx, of: Resource, standing: Standing | string, pupil: string) {
  if ((await tx.rows(findPupil, { pupil })).length === 0) throw problem('not-found')
  if (typeof standing === 'string') return { isWithheld: false, rules: [], isReached: false }
  const withheld = await tx.rows(readWithheld, { pupil, agreement: standing.agreement.id })
  const isWithheld = withheld.length > 0
  if (!standing.person)
    return { isWithheld, rules: [], isReached: !isWithheld && standing.scopes.has(readScope(of)) }
  const reaching = standing.rules?.get(readScope(of)) ?? new Set<string>()
  const found = await tx.rows(relatedTo, {
    person: standing.person.personId,
    today: today(tx.clock),
    pupil,
    clauses: everyRule,
  })
  const rules = found.map(([rule]) => rule as string)
  const isReached = !isWithheld && (reaching.has('all') || rules.some((rule) => reaching.has(rule)))
  return { isWithheld, rules, isReached }
}
