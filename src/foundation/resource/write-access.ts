import { leanOn, type Principal, requireWholeSchool } from '../access/principal.ts'
import { problem } from '../http/problems.ts'
import { type Resource, writeScope } from './resource.ts'
import { groupOf } from './spoken.ts'

/** Throws 403 when the body writes a field whose group the caller may not write; else the request leans on its scope. */
export function requireWritable(who: Principal, of: Resource, body: Readonly<Record<string, unknown>>): void {
  for (const field of Object.keys(body)) {
    const group = groupOf(of.row.properties[field])
    if (!group) continue
    const scope = writeScope(of, group)
    if (!who.scopes.has(scope))
      throw problem('field-group-not-granted', {
        detail: `${field} belongs to the group ${group}; writing it needs the scope ${scope}.`,
      })
    leanOn(who, scope)
  }
}

/** Throws 403 where somebody who reaches only some pupils writes what is about none of them. */
export function requireSubject(who: Principal, of: Resource): void {
  if (of.pupilField === undefined) requireWholeSchool(who, writeScope(of))
}
