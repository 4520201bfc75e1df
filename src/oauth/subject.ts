/** The `sub` of a person: accounts are found within their school, so it names both. Opaque to clients. */
export const subjectOf = ({ schoolId, id }: { schoolId: string; id: string }): string => `${schoolId}.${id}`

const form = /^([0-9a-f-]{36})\.([0-9a-f-]{36})$/

export function partsOfSubject(subject: string): { schoolId: string; accountId: string } | undefined {
  const [, schoolId, accountId] = form.exec(subject) ?? []
  return schoolId === undefined || accountId === undefined ? undefined : { schoolId, accountId }
}
