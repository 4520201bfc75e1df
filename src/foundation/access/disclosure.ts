import type { FastifyRequest } from 'fastify'
import type { Principal } from './principal.ts'

/** An answer that carries personal data: whose, given to whom, under which agreement, why. */
export interface Disclosure {
  schoolId: string
  appId: string
  accountId: string | undefined
  agreementVersion: number
  /** The operation that was called. */
  operation: string
  /** Field groups besides the core, in order, separated by spaces. */
  fieldGroups: string
  pupilIds: readonly (string | null | undefined)[]
}

/** Takes note of every disclosure. Gives a promise only when one must wait for it. */
export interface Ledger {
  note(disclosure: Disclosure): Promise<void> | undefined
}

/** Notes that the answer to a request speaks of these pupils. */
export function disclose(
  { ledger, who, request }: { ledger: Ledger; who: Principal; request: FastifyRequest },
  pupilIds: readonly (string | null | undefined)[],
  fieldGroups = '',
): Promise<void> | undefined {
  if (pupilIds.length === 0) return undefined
  return ledger.note({
    schoolId: who.schoolId,
    appId: who.clientId,
    accountId: who.person?.accountId,
    agreementVersion: who.agreement.version,
    operation: request.routeOptions.config.mount?.operationId ?? '',
    fieldGroups,
    pupilIds,
  })
}
