import { type CodeMinor, codeMinors } from '../rest/failures.ts'
import type { Json } from './schemas.ts'

const word = (name: string, values: readonly string[], description: string): Json => ({
  [name]: { type: 'string', enum: values, description },
})

/** A failure is a bare status object. */
export const statusInfo: Json = {
  type: 'object',
  description: 'What went wrong, in the words of the standard.',
  additionalProperties: false,
  required: ['imsx_codeMajor', 'imsx_severity', 'imsx_description', 'imsx_CodeMinor'],
  properties: {
    ...word('imsx_codeMajor', ['failure'], 'Always failure.'),
    ...word('imsx_severity', ['error'], 'Always error.'),
    imsx_description: { type: 'string', description: 'What was wrong, where, and what to do about it.' },
    imsx_CodeMinor: {
      type: 'object',
      description: 'The kind of failure.',
      additionalProperties: false,
      required: ['imsx_codeMinorField'],
      properties: {
        imsx_codeMinorField: {
          type: 'array',
          description: 'One entry.',
          minItems: 1,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['imsx_codeMinorFieldName', 'imsx_codeMinorFieldValue'],
            properties: {
              ...word('imsx_codeMinorFieldName', ['TargetEndSystem'], 'Who reports it.'),
              ...word('imsx_codeMinorFieldValue', codeMinors, 'The kind of failure.'),
            },
          },
        },
      },
    },
  },
}

/** Status -> what it means, and the words that come with it. */
const meanings: Readonly<Record<string, readonly [string, ...CodeMinor[]]>> = {
  400: ['The request cannot be read.', 'invaliddata', 'invalid_filter_field', 'invalid_selection_field'],
  401: ['No token, or none that is valid now.', 'unauthorisedrequest'],
  403: [
    'The token names none of the scopes, or the agreement grants none of what they stand for.',
    'forbidden',
  ],
  404: ['There is no such object, at least none for this app.', 'unknownobject'],
  409: ['It contradicts what is there.', 'invaliddata'],
  422: ['What is sent cannot be kept.', 'invaliddata'],
  429: ['Too many requests: wait for as long as Retry-After says.', 'server_busy'],
  500: ['A fault of this server.', 'internal_server_error'],
  503: ['The server cannot answer just now.', 'server_busy'],
}

const ofReads = ['400', '401', '403', '404', '429', '500', '503']
const ofWrites = [...ofReads, '409', '422'].sort()

export const failureResponses = (statuses: readonly string[]): Json =>
  Object.fromEntries(
    statuses.map((status) => {
      const [meaning, ...words] = meanings[status] ?? ['']
      return [
        `Failure${status}`,
        {
          description: `${meaning} (${words.join(', ')})`,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/StatusInfo' } } },
        },
      ]
    }),
  )

/** The statuses that an operation of this method may fail with. */
export const failuresOf = (method: string): readonly string[] => (method === 'GET' ? ofReads : ofWrites)
