import { Type } from '@sinclair/typebox'

/** Parameters and headers that many operations share; described once. */
export const IdParams = Type.Object({
  id: Type.String({
    format: 'uuid',
    description: 'Id of the record.',
    examples: ['0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11'],
  }),
})

const IfNoneMatch = Type.String({
  maxLength: 1000,
  description: 'ETags that the caller holds; 304 when one of them is still true.',
  examples: ['"7-k3Jd9aQ1"'],
})

export const ReadHeaders = Type.Object({ 'if-none-match': Type.Optional(IfNoneMatch) })

const Prefer = Type.String({
  maxLength: 200,
  description:
    '`tx=rollback` does everything and keeps nothing (a dry run). `max-affected=N` refuses a change of more than N records. `handling=strict` refuses preferences that are not known. RFC 7240.',
  examples: ['tx=rollback'],
})

export const WriteHeaders = Type.Object({ prefer: Type.Optional(Prefer) })

const repeat = {
  'idempotency-key': Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'A key of the caller, new for each new request. The same request with the same key gets the first answer again for 24 hours.',
      examples: ['4f1c0a52-8d7c-4b1e-9d65-2f6f0c3f9a11'],
    }),
  ),
}

export const CreateHeaders = Type.Object({
  ...repeat,
  prefer: Type.Optional(Prefer),
})

export const ChangeHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      maxLength: 1000,
      description:
        'The ETag under which the record was read. Required: 428 without it, 412 when the record has changed since.',
      examples: ['"7-k3Jd9aQ1"'],
    }),
  ),
  ...repeat,
  prefer: Type.Optional(Prefer),
})

export const etagHeader = {
  etag: Type.String({ description: 'Strong validator of this representation.', examples: ['"7-k3Jd9aQ1"'] }),
}

export const correlationHeader = {
  'x-correlation-id': Type.String({
    description: 'Names this request in the logs.',
    examples: ['0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11'],
  }),
}
