import type { Scope } from '../../foundation/access/scopes.ts'

/** The two versions of OneRoster that are served. */
export type Version = 'v1p1' | 'v1p2'

/** What a roster shows so far as the agreement grants it: what is left out of the agreement is left out of the answer. */
const roster: readonly Scope[] = [
  'schools:read',
  'calendar:read',
  'subjects:read',
  'rooms:read',
  'groups:read',
  'timetable:read',
  'pupils:read',
  'pupils.identifiers:read',
  'pupils.contacts:read',
  'staff:read',
  'contacts:read',
]
const demographics: readonly Scope[] = [
  'pupils:read',
  'pupils.demographics:read',
  'staff:read',
  'staff.demographics:read',
]
const grades: readonly Scope[] = [
  'assessment:read',
  'schools:read',
  'calendar:read',
  'subjects:read',
  'groups:read',
  'pupils:read',
]
const gradeWrites: readonly Scope[] = [...grades, 'assessment:write']

/** Scopes of OneRoster (1.2 security framework; 1.1, 6.2) -> the scopes of ours that they stand for, at most. */
const stoodFor = {
  'roster.readonly': roster,
  'roster-core.readonly': roster,
  'roster-demographics.readonly': demographics,
  'gradebook.readonly': grades,
  'gradebook-core.readonly': grades,
  'gradebook.createput': gradeWrites,
  'gradebook.createpost': gradeWrites,
  'gradebook.delete': gradeWrites,
  'assessment.readonly': grades,
  'assessment.createput': gradeWrites,
  'assessment.delete': gradeWrites,
  'resource.readonly': ['schools:read'],
  'resource-core.readonly': ['schools:read'],
} as const satisfies Record<string, readonly Scope[]>

export type OneRosterScope = keyof typeof stoodFor

const versions: readonly Version[] = ['v1p1', 'v1p2']

/** The whole name of a scope, as tokens carry it. */
export const scopeName = (version: Version, scope: OneRosterScope): string =>
  `https://purl.imsglobal.org/spec/or/${version}/scope/${scope}`

/** What must be granted, one of these at least, before a token may carry the scope: else it would open nothing. */
const needed: Partial<Record<OneRosterScope, readonly Scope[]>> = {
  'roster-demographics.readonly': ['pupils.demographics:read', 'staff.demographics:read'],
  'gradebook.readonly': ['assessment:read'],
  'gradebook-core.readonly': ['assessment:read'],
  'gradebook.createput': ['assessment:write'],
  'gradebook.createpost': ['assessment:write'],
  'gradebook.delete': ['assessment:write'],
  'assessment.readonly': ['assessment:read'],
  'assessment.createput': ['assessment:write'],
  'assessment.delete': ['assessment:write'],
}

/** Every scope of OneRoster by its whole name -> scopes of ours of which one must be granted for it. */
export const oneRosterAliases: ReadonlyMap<string, readonly Scope[]> = new Map(
  versions.flatMap((version) =>
    (Object.keys(stoodFor) as OneRosterScope[]).map((scope): [string, readonly Scope[]] => [
      scopeName(version, scope),
      needed[scope] ?? stoodFor[scope],
    ]),
  ),
)

/** Every scope of OneRoster by its whole name -> the scopes of ours that it stands for. */
export const oneRosterScopes: ReadonlyMap<string, readonly Scope[]> = new Map(
  versions.flatMap((version) =>
    (Object.keys(stoodFor) as OneRosterScope[]).map((scope): [string, readonly Scope[]] => [
      scopeName(version, scope),
      stoodFor[scope],
    ]),
  ),
)
