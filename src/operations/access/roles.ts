import { allScopes, type Scope } from '../../foundation/access/scopes.ts'

/** Which pupils a role reaches; worked out in sight.ts. */
export type RowRule = 'all' | 'year' | 'taught' | 'tutored' | 'children' | 'self'

/** What there is of each role, whatever a school makes of it. */
export interface Role {
  name: string
  description: string
  /** Whose role it is. Guardians and pupils hold theirs by being one; staff are given theirs. */
  kind: 'staff' | 'contact' | 'pupil'
  rows: RowRule
  /** What it permits until the school changes it. */
  scopes: readonly Scope[]
  /** What the school may never take away or never add: duties and the law's floor. */
  least: readonly Scope[]
  most: readonly Scope[]
}

const reading = (...names: string[]) => names.map((name) => `${name}:read` as Scope)
const writing = (...names: string[]) => names.flatMap((name) => [`${name}:read`, `${name}:write`] as Scope[])

/** The school as a place, and its figures: nothing in it is about a pupil. */
const things = ['schools', 'calendar', 'subjects', 'rooms', 'groups', 'timetable']
const place = reading(...things, 'attendance.statistics')
const pupilGroups = ['identifiers', 'demographics', 'contacts', 'sen', 'medical', 'eligibility'].map(
  (group) => `pupils.${group}`,
)
const administration: readonly Scope[] = [
  ...writing('apps', 'agreements', 'accounts', 'roles', 'imports'),
  ...reading('access', 'disclosures', 'audit'),
]
/** Office work that no teacher, guardian or pupil does. */
const records = writing(...things, 'staff')
const ofTeaching = allScopes.filter(
  (scope) =>
    !administration.includes(scope) &&
    !(records.includes(scope) && scope.endsWith(':write')) &&
    !/^(staff|pupils)\..*:write$|^pupils:write$|^contacts:write$|^staff\./.test(scope),
)
/** A family reads; it changes no record and sees nobody else's means of contact. */
const ofFamily = allScopes.filter(
  (scope) =>
    scope.endsWith(':read') &&
    !administration.includes(scope) &&
    !/^(staff\.|contacts:)/.test(scope) &&
    scope !== 'pupils.identifiers:read',
)

const staffRole = (
  role: Omit<Role, 'kind' | 'least' | 'most'> & Partial<Pick<Role, 'least' | 'most'>>,
): Role => ({
  kind: 'staff',
  least: [],
  most: ofTeaching,
  ...role,
})

/** The eleven roles, most powerful first. */
export const roles: readonly Role[] = [
  staffRole({
    name: 'administrator',
    description: 'Runs the system for the school: agreements, accounts, roles, imports.',
    rows: 'all',
    scopes: [
      ...place,
      ...records,
      ...administration,
      ...writing('pupils', 'pupils.identifiers', 'pupils.demographics', 'pupils.contacts', 'contacts'),
      ...reading('attendance', 'assessment', 'behaviour'),
    ],
    // Without these nobody could give them back.
    least: [...writing('agreements', 'accounts', 'roles'), ...reading('audit')],
    most: allScopes,
  }),
  staffRole({
    name: 'office',
    description: 'Keeps the records of pupils, contacts and staff.',
    rows: 'all',
    scopes: [
      ...place,
      ...records,
      ...writing(
        'pupils',
        'pupils.identifiers',
        'pupils.demographics',
        'pupils.contacts',
        'pupils.eligibility',
      ),
      ...writing('contacts', 'attendance'),
      ...reading('pupils.medical', 'behaviour'),
    ],
    most: allScopes.filter((scope) => !administration.includes(scope)),
  }),
  staffRole({
    name: 'senior-leader',
    description: 'Leads the school: sees every pupil, writes assessment and behaviour.',
    rows: 'all',
    scopes: [
      ...place,
      ...reading('pupils', ...pupilGroups, 'staff', 'contacts', 'attendance', 'disclosures'),
      ...writing('assessment', 'behaviour'),
    ],
    most: allScopes.filter((scope) => !/^(agreements|accounts|roles|imports):write$/.test(scope)),
  }),
  staffRole({
    name: 'head-of-year',
    description: 'Answers for the pupils of one year group.',
    rows: 'year',
    scopes: [
      ...place,
      ...reading(
        'pupils',
        ...pupilGroups.filter((name) => name !== 'pupils.identifiers'),
        'staff',
        'contacts',
      ),
      ...reading('assessment'),
      ...writing('attendance', 'behaviour'),
    ],
  }),
  staffRole({
    name: 'tutor',
    description: 'Answers for the pupils of a registration group.',
    rows: 'tutored',
    scopes: [
      ...place,
      ...reading('pupils', 'pupils.demographics', 'pupils.contacts', 'pupils.sen', 'pupils.medical'),
      ...reading('staff', 'contacts', 'assessment'),
      ...writing('attendance', 'behaviour'),
    ],
  }),
  staffRole({
    name: 'teacher',
    description: 'Teaches groups: takes their registers, records results and behaviour.',
    rows: 'taught',
    scopes: [
      ...place,
      ...reading('pupils', 'pupils.sen', 'staff'),
      ...writing('attendance', 'assessment', 'behaviour'),
    ],
  }),
  staffRole({
    name: 'senco',
    description: 'Coordinates special educational needs.',
    rows: 'all',
    scopes: [
      ...place,
      ...reading('pupils', 'pupils.demographics', 'pupils.contacts', 'pupils.medical', 'staff', 'contacts'),
      ...writing('pupils.sen'),
      ...reading('attendance', 'assessment', 'behaviour'),
    ],
    most: allScopes.filter((scope) => !administration.includes(scope)),
  }),
  staffRole({
    name: 'safeguarding-lead',
    description: 'Answers for the safety of pupils.',
    rows: 'all',
    scopes: [
      ...place,
      ...reading('pupils', ...pupilGroups, 'staff', 'contacts', 'attendance', 'assessment', 'disclosures'),
      ...writing('behaviour'),
    ],
    most: allScopes.filter((scope) => !/^(agreements|accounts|roles|imports):write$/.test(scope)),
  }),
  staffRole({
    name: 'attendance-officer',
    description: 'Follows up absence.',
    rows: 'all',
    scopes: [
      ...place,
      ...reading('pupils', 'pupils.demographics', 'pupils.contacts', 'staff', 'contacts'),
      ...writing('attendance'),
    ],
  }),
  {
    name: 'guardian',
    description: 'A parent or carer with parental responsibility, for those children.',
    kind: 'contact',
    rows: 'children',
    scopes: [...place, ...reading('pupils', 'attendance', 'assessment', 'behaviour')],
    // A parent is entitled to the curricular record (SI 2005/1437) and to know of absence.
    least: reading('pupils', 'attendance', 'assessment'),
    most: ofFamily,
  },
  {
    name: 'pupil',
    description: 'A pupil, for their own record.',
    kind: 'pupil',
    rows: 'self',
    scopes: [...place, ...reading('pupils', 'attendance', 'assessment', 'behaviour')],
    least: reading('pupils'),
    most: ofFamily,
  },
]

export const roleNamed = new Map(roles.map((role) => [role.name, role]))

/** A role as a person holds it: with the year group of a head of year. */
export interface HeldRole {
  role: string
  yearGroup: number | null
}

/** Scope -> rules, of all the roles that somebody holds, with what the school has changed of them. */
export function rulesOf(
  held: readonly HeldRole[],
  changed: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const rules = new Map<string, Set<string>>()
  for (const { role: name, yearGroup } of held) {
    const role = roleNamed.get(name)
    if (!role) continue
    const rule = role.rows === 'year' ? `year:${yearGroup}` : role.rows
    for (const scope of permitted(role, changed.get(name))) {
      const own = rules.get(scope) ?? new Set()
      rules.set(scope, own.add(rule))
    }
  }
  return rules
}

/** What a role permits: the school's list within the bounds of the role, which hold even for a list of long ago. */
export function permitted(role: Role, changed: readonly string[] | undefined): readonly string[] {
  if (!changed) return [...new Set(role.scopes)]
  const within = changed.filter((scope) => role.most.includes(scope as Scope))
  return [...new Set([...within, ...role.least])]
}

/** Why a school may not give a role this list; empty when it may. */
export function faultsOfPermissions(
  role: Role,
  scopes: readonly string[],
): { path: string; message: string }[] {
  const tooMuch = scopes.flatMap((scope, at) =>
    role.most.includes(scope as Scope)
      ? []
      : [{ path: `/scopes/${at}`, message: `The role ${role.name} may never hold ${scope}.` }],
  )
  const missing = role.least.filter((scope) => !scopes.includes(scope))
  return [
    ...tooMuch,
    ...missing.map((scope) => ({ path: '/scopes', message: `The role ${role.name} always holds ${scope}.` })),
  ]
}
