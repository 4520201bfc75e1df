import { Type } from '@sinclair/typebox'
import { sendJson } from '../http/answer.ts'
import type { Mount } from '../http/mount.ts'
import type { RateLimit } from '../http/rate-limit.ts'
import type { Resource } from '../resource/resource.ts'
import { readScope } from '../resource/resource.ts'
import { grantedFields } from '../resource/selection.ts'
import { Id, Instant } from '../resource/spoken.ts'
import { callerOf, type Principal } from './principal.ts'

const TokenInfo = Type.Object(
  {
    schoolId: Id('The school for which the token speaks.'),
    clientId: Type.String({ description: 'The client.', examples: ['app_4kZ1'] }),
    expiresAt: Instant('When the token ends.'),
    agreementVersion: Type.Integer({
      description: 'Version of the agreement under which it is used.',
      examples: [1],
    }),
    person: Type.Union(
      [
        Type.Object(
          {
            accountId: Id('The account.'),
            kind: Type.String({ description: 'staff, contact or pupil.', examples: ['contact'] }),
            hasRecentFactor: Type.Boolean({
              description:
                'Whether sensitive groups are open: staff need a second factor of the last eight hours.',
              examples: [true],
            }),
          },
          { additionalProperties: false },
        ),
        Type.Null(),
      ],
      { description: 'For whom the app acts; null where it acts for the school.' },
    ),
    reach: Type.Union([Type.Record(Type.String(), Type.Array(Type.String())), Type.Null()], {
      description:
        'Scope -> rules by which it reaches pupils: all, year:N, taught, tutored, children, self. null: all.',
      examples: [{ 'pupils:read': ['taught'] }],
    }),
    scopes: Type.Array(Type.String(), { description: 'Scopes that it holds.', examples: [['pupils:read']] }),
    fields: Type.Record(Type.String(), Type.Array(Type.String()), {
      description: 'Resource that it may read -> the fields that are answered.',
      examples: [{ pupils: ['id', 'legalGivenName'] }],
    }),
    rateLimit: Type.Union(
      [
        Type.Object(
          {
            limit: Type.Integer({ description: 'Points of a window.', examples: [6000] }),
            remaining: Type.Integer({ description: 'Points left.', examples: [5990] }),
            resetSeconds: Type.Integer({
              description: 'Seconds until the window starts anew.',
              examples: [42],
            }),
          },
          { additionalProperties: false },
        ),
        Type.Null(),
      ],
      { description: 'What is left of the rate limit; null where there is none.' },
    ),
  },
  { additionalProperties: false, title: 'TokenInfo' },
)

/** Rules of the scopes that the token holds. */
function reachIn({ rules, scopes }: Principal): Record<string, string[]> {
  return Object.fromEntries(
    [...(rules ?? [])].filter(([scope]) => scopes.has(scope)).map(([scope, set]) => [scope, [...set]]),
  )
}

/** GET /token: what the caller's token may do, without trying it out. */
export const readToken = (limit: RateLimit, resources: readonly Resource[]): Mount => ({
  method: 'GET',
  path: '/token',
  operationId: 'readToken',
  scope: 'any',
  tag: 'token',
  summary: 'Read what the token may do',
  description:
    'Tells the school, the scopes, the fields of each resource that are answered, and what is left of the rate limit.',
  answers: { 200: { description: 'The token.', schema: TokenInfo } },
  problems: [],
  cost: 1,
  async handler({ who, reply }) {
    const readable = resources.filter((of) => who.scopes.has(readScope(of)))
    const info = {
      schoolId: who.schoolId,
      clientId: who.clientId,
      expiresAt: new Date(who.expiresAt * 1000).toISOString(),
      agreementVersion: who.agreement.version,
      person: who.person
        ? { accountId: who.person.accountId, kind: who.person.kind, hasRecentFactor: who.isStrong }
        : null,
      reach: who.rules ? reachIn(who) : null,
      scopes: [...who.scopes],
      fields: Object.fromEntries(readable.map((of) => [of.name, grantedFields(who, of)])),
      rateLimit: (await limit.allowance(callerOf(who))) ?? null,
    }
    return sendJson(reply, JSON.stringify(info))
  },
})
