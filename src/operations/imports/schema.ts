import { Type } from '@sinclair/typebox'
import { Instant, nullable, oneOf, recordFields, Text, Whole } from '../../foundation/resource/spoken.ts'

export const ImportJob = Type.Object(
  {
    ...recordFields,
    format: oneOf(['oneroster', 'sds'], { description: 'Format of the file.', examples: ['oneroster'] }),
    status: oneOf(['queued', 'running', 'done', 'refused'], {
      description: 'How far it is.',
      examples: ['done'],
    }),
    mode: oneOf(['write', 'dry-run'], {
      description: 'A dry run does everything and keeps nothing.',
      examples: ['write'],
    }),
    requestedBy: Text('The client that sent it.', 'app_4kZ1'),
    requestedAt: Instant('When it was sent.'),
    finishedAt: nullable(Instant('When it ended.')),
    bytes: Whole('Size of the file.', 0, 2_000_000_000, 184_000),
    report: Type.Unsafe<unknown>({
      type: ['object', 'null'],
      description:
        'Per file `read`, `created`, `changed`, `unchanged`, `removed`, `refused` and `ignored`; `refusals` with row and reason; `reasons` when the whole file was refused.',
      examples: [
        {
          files: {
            users: { read: 2, created: 2, changed: 0, unchanged: 0, removed: 0, refused: 0, ignored: 0 },
          },
          refusals: [],
        },
      ],
    }),
  },
  { title: 'ImportJob' },
)
export const ImportJobFilter = Type.Object({
  status: Type.Optional(
    oneOf(['queued', 'running', 'done', 'refused'], { description: 'Status.', examples: ['done'] }),
  ),
})

export const ImportQuery = Type.Object(
  {
    format: oneOf(['oneroster', 'sds'], {
      description:
        'Format of the file: a zip of OneRoster 1.1 or 1.2 CSV files, or of Microsoft School Data Sync V1 or V2.1.',
      examples: ['oneroster'],
    }),
    mode: Type.Optional(
      oneOf(['write', 'dry-run'], {
        description: 'A dry run does everything and keeps nothing.',
        examples: ['dry-run'],
      }),
    ),
    schoolSourcedId: Type.Optional(
      Text('Which school of the file this is, by its id there, where the file holds several.', '10001', 255),
    ),
  },
  { additionalProperties: false },
)
