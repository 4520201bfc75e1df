import { Type } from '@sinclair/typebox'
import { catalogue } from './problem-catalogue.ts'

const ConflictSchema = Type.Object(
  {
    path: Type.String({
      description: 'JSON Pointer into the body.',
      examples: ['/marks/3/code'],
    }),
    recordId: Type.String({
      format: 'uuid',
      description: 'The record concerned: of a mark the pupil.',
      examples: ['0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11'],
    }),
    stored: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'What is stored; null is nothing.',
      examples: ['I'],
    }),
    storedAt: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      format: 'date-time',
      description: 'When it was stored.',
      examples: ['2026-11-23T08:45:00.000Z'],
    }),
    storedBy: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'Who stored it: the name of the person, else the app.',
      examples: ['Jo Smith'],
    }),
    sent: Type.String({ description: 'What was sent.', examples: ['/'] }),
  },
  { title: 'Conflict', additionalProperties: false },
)

/** The body of every failure (RFC 9457). */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({
      description: 'Address of the page about this kind of problem; stable.',
      examples: ['/problems/rule-broken'],
    }),
    title: Type.String({
      description: 'The same for every occurrence.',
      examples: ['The values break a rule'],
    }),
    status: Type.Integer({ description: 'HTTP status.', examples: [422] }),
    code: Type.String({
      description: 'Last part of `type`; programs may switch on it.',
      examples: ['rule-broken'],
    }),
    detail: Type.Optional(
      Type.String({ description: 'What happened this time.', examples: ['The register is closed.'] }),
    ),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            path: Type.String({
              description: 'JSON Pointer into the body, or `?name` of a query parameter.',
              examples: ['/upn'],
            }),
            message: Type.String({
              description: 'What is wrong and what would be right.',
              examples: ['check letter should be B'],
            }),
          },
          { additionalProperties: false },
        ),
        { description: 'Every fault that was found.' },
      ),
    ),
    conflicts: Type.Optional(
      Type.Array(ConflictSchema, { description: 'Values that were written meanwhile: theirs and yours.' }),
    ),
    remedy: Type.String({
      description: 'What the caller can do.',
      examples: ['Mend what `errors` names; each entry tells the rule.'],
    }),
    correlationId: Type.String({
      description: 'Names this request in the logs.',
      examples: ['0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11'],
    }),
  },
  { title: 'Problem', additionalProperties: false },
)

/** What a status can mean, from the catalogue: the description in the contract. */
export function problemMeaning(status: number): string {
  const titles = Object.values(catalogue).filter((entry) => entry.status === status)
  return `${titles.map(({ title }) => title).join('. ')}.`
}
