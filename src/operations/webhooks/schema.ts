import { Type } from '@sinclair/typebox'
import {
  Flag,
  Id,
  Instant,
  nullable,
  oneOf,
  recordFields,
  Text,
  Whole,
} from '../../foundation/resource/spoken.ts'

const strict = { additionalProperties: false }
const Count = (what: string, example: number) =>
  Type.Integer({ minimum: 0, description: what, examples: [example] })

const url = Type.String({
  minLength: 10,
  maxLength: 1000,
  description:
    'Where messages are posted: https, a host of the public internet. Redirects are not followed; 10 seconds are given.',
  examples: ['https://vle.example.com/hooks/mis'],
})
const resources = nullable(
  Type.Array(Type.String({ minLength: 1, maxLength: 60 }), {
    minItems: 1,
    maxItems: 60,
    uniqueItems: true,
    description: 'Names of the resources that are told; null for every one that the agreement opens.',
    examples: [['pupils', 'memberships']],
  }),
)
const isOrdered = Flag('Whether a message waits until those before it are delivered or given up.', true)
const kind = oneOf(['hmac', 'ed25519'], {
  description:
    'hmac: a shared secret (`v1`). ed25519: a private key here, the public one with the receiver (`v1a`).',
  examples: ['hmac'],
})

export const NewWebhookEndpoint = Type.Object(
  {
    url,
    resources: Type.Optional(resources),
    isOrdered: Type.Optional(isOrdered),
    signature: Type.Optional(kind),
  },
  { ...strict, title: 'NewWebhookEndpoint' },
)

export const WebhookEndpointChange = Type.Object(
  {
    url: Type.Optional(url),
    resources: Type.Optional(resources),
    isOrdered: Type.Optional(isOrdered),
    state: Type.Optional(
      oneOf(['active', 'disabled'], { description: 'disabled rests.', examples: ['active'] }),
    ),
  },
  { ...strict, title: 'WebhookEndpointChange' },
)

export const WebhookEndpoint = Type.Object(
  {
    ...recordFields,
    url,
    resources,
    isOrdered,
    state: oneOf(['active', 'disabled'], { description: 'disabled is told nothing.', examples: ['active'] }),
    disabledReason: nullable(Text('Why it is disabled.', 'It answered 410 Gone.')),
    number: Count('Number up to which messages have been made.', 4711),
    failures: Count('Attempts that failed since the last that did not.', 0),
    pending: Count('Messages that are not delivered yet.', 0),
    dead: Count('Messages that were given up; they can be sent again.', 0),
    keys: Type.Array(
      Type.Object(
        {
          kind,
          publicKey: nullable(Type.String({ description: 'Of ed25519: `whpk_`.', examples: ['whpk_9b...'] })),
          createdAt: Instant('Since when it signs.'),
          endsAt: nullable(Instant('Until when; null while it is the present one.')),
        },
        strict,
      ),
      { description: 'Every message is signed with each of them.' },
    ),
    secret: Type.Optional(
      Type.String({
        description: 'The new shared secret; told once.',
        examples: ['whsec_C2FVsBQIhrscChlQIM...'],
      }),
    ),
  },
  { ...strict, title: 'WebhookEndpoint' },
)

export const WebhookKeyRotation = Type.Object(
  {
    signature: Type.Optional(kind),
    overlapHours: Type.Optional(Whole('Hours for which the former keys go on signing.', 0, 168, 24)),
  },
  { ...strict, title: 'WebhookKeyRotation' },
)

export const WebhookReplay = Type.Object(
  {
    after: Type.String({
      minLength: 1,
      maxLength: 2000,
      pattern: '^[A-Za-z0-9_-]+$',
      description: '`cursor` of a page of the feed with the same resources, or `oldest`.',
      examples: ['oldest'],
    }),
  },
  { ...strict, title: 'WebhookReplay' },
)

export const WebhookMessage = Type.Object(
  {
    id: Id('The message: `webhook-id` of every attempt.'),
    endpointId: Id('The endpoint.'),
    type: oneOf(['changes', 'droplets', 'ping'], { description: 'What it tells.', examples: ['changes'] }),
    from: nullable(Count('First number that it accounts for.', 4711)),
    until: nullable(Count('Last number.', 4719)),
    state: oneOf(['pending', 'delivered', 'dead'], {
      description: 'dead: given up after three days; send it again when the receiver is mended.',
      examples: ['delivered'],
    }),
    createdAt: Instant('When it was made.'),
    deliveredAt: nullable(Instant('When it was delivered.')),
    nextAttemptAt: nullable(Instant('When it is tried next.')),
    attempts: Type.Array(
      Type.Object(
        {
          number: Whole('Which attempt.', 1, 100, 1),
          at: Instant('When.'),
          status: nullable(Type.Integer({ description: 'Status of the answer.', examples: [200] })),
          latencyMs: Count('Milliseconds until the answer, or until it was given up.', 84),
          error: nullable(
            Type.String({
              description:
                'timeout, connection, tls, address-refused or answer-too-long, where there was no answer.',
              examples: ['timeout'],
            }),
          ),
        },
        strict,
      ),
      { description: 'What became of each attempt, first one first.' },
    ),
  },
  { ...strict, title: 'WebhookMessage' },
)
