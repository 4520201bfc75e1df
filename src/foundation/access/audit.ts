/** Something that is kept in the audit log: who tried or did what. */
export interface AuditEvent {
  /** Past tense: `sign-in.failed`, `access.refused`. */
  event: string
  appId?: string | undefined
  accountId?: string | undefined
  /** What it was done to, or with which operation. */
  subject?: string | undefined
  details?: Readonly<Record<string, string | number>>
}

/** Takes note of events of a school. The same one again within a moment is counted, not repeated. */
export interface AuditLog {
  note(schoolId: string, event: AuditEvent): void
}

/** For what has no school or no service around it. */
export const noAudit: AuditLog = { note: () => {} }
