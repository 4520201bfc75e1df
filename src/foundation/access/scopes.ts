/**
 * Every scope a token may hold, with the sentence a school reads before granting it.
 * `resource[.group]:read|write`; no wildcards. The same list stands in openapi/scopes.md (checked by a test).
 */
const resources = {
  schools: 'the school itself: name, address, identifiers',
  calendar: 'academic years, terms, closures, the week cycle and periods',
  subjects: 'subjects',
  rooms: 'rooms',
  pupils: 'pupils: names, admission number, year group, enrolment',
  'pupils.identifiers': "pupils' UPN, former UPN and ULN",
  'pupils.demographics': "pupils' birth date, sex, ethnicity, language and religion",
  'pupils.contacts': "pupils' own address, telephone and e-mail",
  'pupils.sen': "pupils' special educational needs",
  'pupils.medical': "pupils' medical conditions and notes",
  'pupils.eligibility': "pupils' eligibility: free school meals, pupil premium, in care",
  staff: 'staff: names, codes, roles, work e-mail',
  'staff.demographics': "staff's birth date and sex",
  'staff.contacts': "staff's own address and telephone",
  contacts: 'parents, carers and other contacts of pupils, and how to reach them',
  groups: 'year, registration, teaching and house groups and who is in them',
  timetable: 'the timetable and the lessons read from it',
  attendance: 'attendance codes, registers and marks',
  assessment: 'aspects, grade sets, result sets and results',
  behaviour: 'achievements and incidents',
  webhooks: 'where the app is told of changes, and what became of each message',
  imports: 'imports of whole schools from files',
  apps: 'the register of apps',
  agreements: 'agreements with apps, and which pupils are withheld from them',
  accounts: 'accounts of people who sign in, and their invitations',
  roles: 'roles, what they permit and who holds them',
} as const

/** What is written by the system alone. */
const readOnly = {
  'attendance.statistics':
    'attendance figures of the school and its parts; small numbers are suppressed without attendance:read',
  access: 'why a person or an app sees a record or not',
  disclosures: "who has been given a pupil's data",
  audit: 'the audit log: sign-ins, refusals, acts of administration',
} as const

type Resource = keyof typeof resources
export type Scope = `${Resource}:${'read' | 'write'}` | `${keyof typeof readOnly}:read`

/** Scope -> what it opens, in plain words. */
export const scopeMeanings: ReadonlyMap<Scope, string> = new Map([
  ...(Object.keys(resources) as Resource[]).flatMap((name): [Scope, string][] => [
    [`${name}:read`, `Read ${resources[name]}`],
    [`${name}:write`, `Create, change and remove ${resources[name]}`],
  ]),
  ...(Object.keys(readOnly) as (keyof typeof readOnly)[]).map((name): [Scope, string] => [
    `${name}:read`,
    `Read ${readOnly[name]}`,
  ]),
])

/** Groups of fields that staff reach with a recent second factor only. */
const sensitive = /^pupils\.(sen|medical|eligibility):/

export const isSensitive = (scope: string): boolean => sensitive.test(scope)

export const allScopes: readonly Scope[] = [...scopeMeanings.keys()]

export function isScope(text: string): text is Scope {
  return scopeMeanings.has(text as Scope)
}
