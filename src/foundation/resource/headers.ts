import { Type } from '@sinclair/typebox'

export const locationHeader = {
  location: Type.String({
    description: 'Address of the record.',
    examples: ['/v1/pupils/0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11'],
  }),
}
