import type { Principal } from './principal.ts'
import { isSensitive } from './scopes.ts'

/** The rule that reaches every pupil of the school. */
export const everybody = 'all'

/** Which pupils' rows a transaction may see and touch: all, or those that `narrow` (transaction.ts) works out. */
export type Reach = 'everyone' | Narrowed

export interface Narrowed {
  /** The person by whose relations it is worked out; undefined where only withheld pupils are left out. */
  personId: string | undefined
  /** A pupil is reached by one rule at least of every clause. */
  clauses: readonly (readonly string[])[]
  /** The agreement whose withheld pupils are left out. */
  agreementId: string
  /** A guardian or a pupil: sees what is published to families and nothing else of it. */
  isFamily: boolean
}

/** The pupils whom every scope reaches on which the request leans. */
export function reachOf({ rules, person, leansOn, agreement }: Principal): Reach {
  const clauses = rules ? clausesOf(rules, leansOn) : []
  if (clauses.length === 0 && !agreement.hasWithheld) return 'everyone'
  return {
    personId: clauses.length > 0 ? person?.personId : undefined,
    clauses,
    agreementId: agreement.id,
    isFamily: person !== undefined && person.kind !== 'staff',
  }
}

/** One clause a scope, each once; scopes that reach everybody narrow nothing. */
function clausesOf(
  rules: ReadonlyMap<string, ReadonlySet<string>>,
  scopes: ReadonlySet<string>,
): (readonly string[])[] {
  const clauses = new Map<string, readonly string[]>()
  for (const scope of scopes) {
    const clause = [...(rules.get(scope) ?? [])].sort()
    if (!clause.includes(everybody)) clauses.set(clause.join(' '), clause)
  }
  return [...clauses.values()]
}

/**
 * Whether a scope reaches every pupil that the request reaches already. Fields of a group are answered unasked only
 * then; naming them narrows the answer to pupils whom their scope reaches.
 */
export function reachesAsFar({ rules, scopes, leansOn, isStrong }: Principal, scope: string): boolean {
  if (!scopes.has(scope) || (isSensitive(scope) && !isStrong)) return false
  const own = rules?.get(scope)
  if (!own || own.has(everybody)) return true
  return [...leansOn].some((other) => {
    const reached = rules?.get(other)
    return reached !== undefined && [...reached].every((rule) => own.has(rule))
  })
}
