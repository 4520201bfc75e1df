import { gradebookOperations } from './gradebook/operations.ts'
import { resourceOperations } from './resources/operations.ts'
import type { Operation } from './rest/operation.ts'
import { rosterOperations } from './roster/operations.ts'

/** Everything of the standard that is served, in its order. */
export const operations: readonly Operation[] = [
  ...rosterOperations,
  ...gradebookOperations,
  ...resourceOperations,
]
