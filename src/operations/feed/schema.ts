import { Type } from '@sinclair/typebox'
import { Flag, Id, Instant, nullable, oneOf, Whole } from '../../foundation/resource/spoken.ts'

const strict = { additionalProperties: false }
const Number_ = (what: string, example: number) =>
  Type.Integer({ minimum: 0, description: what, examples: [example] })

export const resourcesParameter = Type.Optional(
  Type.String({
    maxLength: 1000,
    pattern: '^[a-z-]+(,[a-z-]+){0,60}$',
    description:
      'Names of the resources that are wanted, separated by commas, such as `pupils,memberships`; every one that the token may read when left out. A cursor belongs to its choice.',
    examples: ['pupils,memberships'],
  }),
)

const cursor = (what: string) =>
  Type.String({
    minLength: 1,
    maxLength: 2000,
    pattern: '^[A-Za-z0-9_-]+$',
    description: what,
    examples: ['AZKmxH0efDqbUl8NeuTBEQ'],
  })

export const ChangesQuery = Type.Object(
  {
    after: Type.Optional(
      cursor(
        '`cursor` of the page before, or of a snapshot; `latest` for a page that holds nothing but the cursor of this moment. Left out: from the oldest change that is kept.',
      ),
    ),
    resources: resourcesParameter,
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        default: 100,
        description: 'Entries on a page.',
        examples: [100],
      }),
    ),
    include: Type.Optional(
      oneOf(['record'], {
        description: '`record`: each entry carries the record as it now is; null where it is gone.',
        examples: ['record'],
      }),
    ),
    wait: Type.Optional(Whole('Seconds to wait for something to tell when there is nothing.', 0, 60, 30)),
  },
  strict,
)

const { after: afterParameter, include: includeRecords } = ChangesQuery.properties

export const StreamQuery = Type.Object(
  {
    after: afterParameter,
    resources: resourcesParameter,
    include: includeRecords,
    seconds: Type.Optional(Whole('Seconds after which the stream ends; an hour when left out.', 1, 3600, 60)),
  },
  strict,
)

export const StreamHeaders = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({
      maxLength: 2000,
      description: 'Id of the last event: goes on behind it.',
      examples: ['AZKmxH0e'],
    }),
  ),
})

export const FeedEntry = Type.Object(
  {
    number: nullable(
      Number_("Number in the school's log; null for `entered` and `left`, which are the caller's own.", 4711),
    ),
    at: nullable(Instant('When it was committed.')),
    resource: Type.String({ description: 'The resource, as its path says it.', examples: ['pupils'] }),
    recordId: nullable(Id('The record; null where `left` is about many.')),
    action: oneOf(['created', 'changed', 'removed', 'entered', 'left'], {
      description:
        'created, changed, removed: what happened. entered: the caller may see it from now on. left: the caller may see it no more, forget it: the record; or, without `recordId`, every record of the resource about the pupils of `pupilIds`; or the fields that `fields` names, of every record; or, with neither, the whole resource.',
      examples: ['changed'],
    }),
    fields: nullable(
      Type.Array(Type.String(), {
        description:
          'changed: the fields that changed, of those that the caller may see; null after an import, which does not know.',
        examples: [['yearGroup']],
      }),
    ),
    pupilIds: nullable(
      Type.Array(Type.String({ format: 'uuid' }), {
        description: 'Pupils concerned, of those whom the caller reaches.',
        examples: [['0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11']],
      }),
    ),
    record: Type.Optional(
      Type.Unsafe<Record<string, unknown> | null>({
        type: ['object', 'null'],
        additionalProperties: true,
        description:
          'The record as it now is, with the fields that the caller may see; null where it is gone.',
      }),
    ),
  },
  { ...strict, title: 'FeedEntry' },
)

export const FeedPage = Type.Object(
  {
    state: oneOf(['more', 'current', 'held'], {
      description:
        'more: there is more right now. current: this is the end for the moment. held: a loss is held back until an administrator releases it (`GET /v1/feed-holds`).',
      examples: ['current'],
    }),
    data: Type.Array(FeedEntry),
    unseen: Type.Array(Type.Array(Type.Integer(), { minItems: 2, maxItems: 2 }), {
      description:
        'Ranges of numbers, both ends included, that the caller may not see or did not ask for. With the numbers in `data` they cover everything from `from` to `until`: nothing was missed.',
      examples: [[[4712, 4719]]],
    }),
    from: Number_('First number that the page accounts for.', 4711),
    until: Number_('Last number; one less than `from` where there was none.', 4719),
    cursor: cursor('Where this page ends: for the next request, whenever that is.'),
    next: Type.Optional(
      cursor('The same, while there is more right now. Stop where it is missing, never at an empty page.'),
    ),
  },
  { ...strict, title: 'FeedPage' },
)

export const SnapshotQuery = Type.Object(
  {
    resources: resourcesParameter,
    part: Type.Optional(
      Type.String({
        pattern: '^([1-9]|1[0-6])/([1-9]|1[0-6])$',
        description: 'One of several parts for parallel readers, such as `1/4`: at most 16.',
        examples: ['1/4'],
      }),
    ),
    after: Type.Optional(cursor('The last `position` of a snapshot that broke off: goes on behind it.')),
  },
  strict,
)

export const ChecksumQuery = Type.Object(
  { resources: resourcesParameter, asOf: cursor('`cursor` of the last page that the copy has taken in.') },
  strict,
)

export const Checksums = Type.Object(
  {
    number: Number_('The number up to which the copy is compared.', 4719),
    data: Type.Array(
      Type.Object(
        {
          resource: Type.String({ description: 'The resource.', examples: ['pupils'] }),
          count: Number_('Records that were summed.', 912),
          buckets: Type.Array(
            Type.Object(
              {
                bucket: Whole('Last byte of the ids of its records.', 0, 255, 17),
                count: Number_('Records.', 4),
                checksum: Type.String({
                  pattern: '^[0-9a-f]{32}$',
                  description: 'Exclusive or of the checksums of its records.',
                  examples: ['9c56cc51b374c3ba189210d5b6d4bf57'],
                }),
              },
              strict,
            ),
            { description: 'Buckets that hold a record.' },
          ),
          changedSince: Type.Array(Type.String({ format: 'uuid' }), {
            description: 'Records that have changed since `asOf`: neither side sums them.',
            examples: [[]],
          }),
        },
        { ...strict, title: 'ResourceChecksums' },
      ),
    ),
  },
  { ...strict, title: 'Checksums' },
)

export const FeedHold = Type.Object(
  {
    id: Id('The hold.'),
    agreementId: Id('The agreement whose app is not told.'),
    groupId: nullable(Id('The group that would vanish; null where it is the school.')),
    lost: Number_('How many pupils would vanish.', 240),
    total: Number_('Of how many.', 900),
    fromNumber: Number_('The first number that is held back.', 4711),
    state: oneOf(['held', 'released'], { description: 'held until it is released.', examples: ['held'] }),
    heldAt: Instant('Since when.'),
    releasedAt: nullable(Instant('When it was released.')),
    releasedBy: nullable(Type.String({ description: 'Who released it.', examples: ['app_4kZ1/0192a6c4'] })),
    note: nullable(Type.String({ description: 'Why it was right.', examples: ['Year 11 has left.'] })),
  },
  { ...strict, title: 'FeedHold' },
)

export const Tripwire = Type.Object(
  {
    share: Whole('Percent of a group or of the school; 0 switches it off.', 0, 100, 20),
    isDefault: Flag('Whether nobody has set it yet.', true),
  },
  { ...strict, title: 'FeedTripwire' },
)
