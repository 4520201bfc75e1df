import { Type } from '@sinclair/typebox'
import type { Mount } from '../../foundation/http/mount.ts'
import { answerChecksums } from './checksums.ts'
import { holdRoutes } from './holds.ts'
import { answerChanges, type Feed } from './poll.ts'
import {
  ChangesQuery,
  ChecksumQuery,
  Checksums,
  FeedPage,
  SnapshotQuery,
  StreamHeaders,
  StreamQuery,
} from './schema.ts'
import { answerSnapshot } from './snapshot.ts'
import { answerStream } from './stream.ts'

const common = { method: 'GET', scope: 'any', tag: 'changes' } as const

const listChanges = (feed: Feed): Mount => ({
  ...common,
  path: '/changes',
  operationId: 'listChanges',
  summary: 'List what has changed',
  description:
    "Every creation, change and removal of what the caller may see, in the order of their commits, numbered by the school without a gap; and what enters and leaves when the caller's access changes. Each resource needs its own read scope. Kept for at least 90 days.",
  query: ChangesQuery,
  answers: { 200: { description: 'A page.', schema: FeedPage } },
  problems: [410],
  cost: 1,
  handler: (context) => answerChanges(context, feed),
})

const streamChanges = (feed: Feed): Mount => ({
  ...common,
  path: '/changes/stream',
  operationId: 'streamChanges',
  summary: 'Stream what changes',
  description:
    'The same as server-sent events: `change` for each entry, and `page` with the state, the ranges and, as its id, the cursor. Without `after` and `Last-Event-ID` it begins now. Ends when access ends, with an event `problem`.',
  query: StreamQuery,
  headers: StreamHeaders,
  answers: {
    200: { description: 'The events.', schema: Type.String(), mediaType: 'text/event-stream' },
  },
  problems: [410],
  cost: 5,
  handler: (context) => answerStream(context, feed),
})

const readSnapshot = (feed: Feed): Mount => ({
  ...common,
  path: '/snapshot',
  operationId: 'readSnapshot',
  summary: 'Read everything, to begin a copy with',
  description:
    'NDJSON of one state of the school: a line `snapshot` with the number and the `cursor` that continues it, a line for each record, a `position` after every thousand, and `end`. A reader that does not see `end` goes on with `after=` the last position; of several requests it keeps the cursor with the lowest number, and begins anew where their `view` differs: access has changed between them (409 for a position).',
  query: SnapshotQuery,
  answers: {
    200: {
      description: 'One JSON document a line; gzip where it is accepted.',
      schema: Type.String(),
      mediaType: 'application/x-ndjson',
    },
  },
  problems: [409],
  cost: 50,
  handler: (context) => answerSnapshot(context, feed),
})

const readChecksums = (feed: Feed): Mount => ({
  ...common,
  path: '/checksums',
  operationId: 'readChecksums',
  summary: 'Read checksums, to verify a copy with',
  description:
    "The checksum of a record is the first 16 bytes of the SHA-256 of its JSON without `updatedAt`, keys sorted and without spaces (RFC 8785). A bucket, the last byte of the id, holds the exclusive or of its records' checksums. Records of `changedSince` are left out on both sides.",
  query: ChecksumQuery,
  answers: { 200: { description: 'The checksums.', schema: Checksums } },
  problems: [409, 410],
  cost: 50,
  handler: (context) => answerChecksums(context, feed),
})

export const feedRoutes = (feed: Feed): Mount[] => [
  listChanges(feed),
  streamChanges(feed),
  readSnapshot(feed),
  readChecksums(feed),
  ...holdRoutes(),
]
