import { catalogue, type ProblemCode } from './problem-catalogue.ts'

/** One fault in one place of a request. */
export interface Fault {
  /** JSON Pointer into the body (RFC 6901), or `?name` for a query parameter. */
  path: string
  /** What is wrong and what would be right. */
  message: string
}

/** A value that two writers want to be different. */
export interface Conflict {
  /** JSON Pointer into the body (RFC 6901). */
  path: string
  /** The record that it is about. */
  recordId: string
  /** What is stored; null is nothing. */
  stored: string | null
  storedAt: string | null
  storedBy: string | null
  /** What was sent. */
  sent: string
}

interface Particulars {
  /** What happened this time, for the caller. Never holds SQL, stack traces or personal data. */
  detail?: string
  errors?: readonly Fault[]
  /** Values that were written meanwhile, for a caller who may read them. */
  conflicts?: readonly Conflict[]
  /** For the log only. */
  cause?: unknown
  headers?: Record<string, string>
}

/** A failure with a public face. Thrown anywhere, rendered in one place (errors.ts). */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly status: number
  readonly detail: string | undefined
  readonly errors: readonly Fault[] | undefined
  readonly conflicts: readonly Conflict[] | undefined
  readonly headers: Record<string, string>

  constructor(code: ProblemCode, { detail, errors, conflicts, cause, headers }: Particulars = {}) {
    super(detail ?? catalogue[code].title, { cause })
    this.name = 'Problem'
    this.code = code
    this.status = catalogue[code].status
    this.detail = detail
    this.errors = errors
    this.conflicts = conflicts
    this.headers = headers ?? {}
  }
}

/** Reads well after `throw`. */
export function problem(code: ProblemCode, particulars: Particulars = {}): Problem {
  return new Problem(code, particulars)
}

/** A rule broken in one or more places; nothing when there are no faults. */
export function refuse(faults: readonly Fault[], detail?: string): void {
  if (faults.length > 0) throw problem('rule-broken', { errors: faults, ...(detail && { detail }) })
}
