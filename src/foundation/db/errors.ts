/** What PostgreSQL said about a failed statement. */
export interface DatabaseError extends Error {
  /** SQLSTATE. */
  code: string
  constraint?: string
  table?: string
  column?: string
}

/** The first fault of a chain of causes: what drizzle wraps says more about the statement, with its values, than about the fault. */
export function rootOf(error: unknown): unknown {
  let root = error
  while (root instanceof Error && root.cause instanceof Error) root = root.cause
  return root
}

/** Finds PostgreSQL's own error in a chain of causes: drizzle wraps it. */
export function databaseError(error: unknown): DatabaseError | undefined {
  for (let fault = error; fault instanceof Error; fault = fault.cause) {
    const { code } = fault as Partial<DatabaseError>
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return fault as DatabaseError
  }
  return undefined
}
