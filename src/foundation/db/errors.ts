/** What PostgreSQL said about a failed statement. */
export interface DatabaseError extends Error {
  /** SQLSTATE. */
  code: string
  constraint?: string
  table?: string
  column?: string
}

/** Finds PostgreSQL's own error in a chain of causes: drizzle wraps it. */
export function databaseError(error: unknown): DatabaseError | undefined {
  for (let fault = error; fault instanceof Error; fault = fault.cause) {
    const { code } = fault as Partial<DatabaseError>
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return fault as DatabaseError
  }
  return undefined
}
