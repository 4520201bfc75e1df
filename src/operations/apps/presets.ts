import type { Scope } from '../../foundation/access/scopes.ts'

/** A scope that the consumer works without. */
export interface Extra {
  scope: Scope
  /** What it is for, as a school reads it. */
  gives: string
  /** Whether the draft of the agreement grants it unless it is left out by name. */
  isProposed: boolean
}

/** What is known of a consumer of OneRoster before a school connects it: asks for no more than it needs. */
export interface Preset {
  name: string
  publisher: string
  version: '1.1' | '1.2'
  /** Scopes without which it does not work. */
  scopes: readonly Scope[]
  extras: readonly Extra[]
  /** OneRoster scopes that its token request names, without the address in front. */
  asks: readonly string[]
  /** For the agreement; the school's words count. */
  purpose: string
  /** Where its settings are. */
  place: string
  /** Setting -> value, with {url} (ours), {school}, {client}, {secret}, {scopes} and {encodedScopes} to be filled in. */
  settings: readonly (readonly [string, string])[]
  notes: readonly string[]
}

/** The school, its year, its classes, who teaches and who is taught: a roster without anything about a pupil but name and year. */
const roster: readonly Scope[] = ['schools:read', 'calendar:read', 'groups:read', 'pupils:read', 'staff:read']

const pupilAddresses: Extra = {
  scope: 'pupils.contacts:read',
  gives: 'e-mail address and telephone of pupils (those of staff come with staff:read)',
  isProposed: false,
}
const results = (isProposed: boolean): Extra[] => [
  { scope: 'assessment:read', gives: 'categories, assignments and results already there', isProposed },
  { scope: 'assessment:write', gives: 'marks come back into the school', isProposed },
]

const tokenUrl = '{url}/oauth/token'
const old = '{url}/ims/oneroster/v1p1'
const credentials = [
  ['Client ID', '{client}'],
  ['Client secret', '{secret}'],
] as const

const moodle: Preset = {
  name: 'Moodle',
  publisher: 'The school, with the plugin enrol_oneroster',
  version: '1.1',
  scopes: [...roster, 'subjects:read'],
  extras: [pupilAddresses],
  asks: ['roster.readonly'],
  purpose:
    'Courses, accounts and enrolments of the learning platform follow classes, pupils and staff of the school.',
  place: 'Site administration > Plugins > Enrolments > One Roster',
  settings: [
    ['One Roster version', 'Version 1.1'],
    ['OAuth version', 'OAuth 2.0'],
    ['Token URL', tokenUrl],
    ['One Roster Root URL', '{url}'],
    ['Authentication Client ID', '{client}'],
    ['Authentication Secret', '{secret}'],
    ['Page size', '200'],
  ],
  notes: ['The root URL has no path: the plugin adds /ims/oneroster/v1p1 itself.'],
}

const google: Preset = {
  name: 'Google Classroom',
  publisher: 'Google',
  version: '1.2',
  // Classroom finds teachers and pupils by their addresses, and by nothing else.
  scopes: [...roster, 'pupils.contacts:read'],
  extras: results(false),
  asks: ['roster.readonly', 'gradebook.readonly', 'gradebook.createput', 'gradebook.delete'],
  purpose: 'Teachers bring their classes into Google Classroom.',
  place: 'classroom.google.com/admin, "Select your SIS"',
  settings: [
    ['Host URL', '{url}/ims/oneroster'],
    ['Access key', '{client}'],
    ['Secret code', '{secret}'],
    ['Token URL', tokenUrl],
  ],
  notes: [
    'Google connects only systems that it has listed; a school cannot add one by itself.',
    'Services: {url}/ims/oneroster/rostering/v1p2, /gradebook/v1p2 and /resources/v1p2.',
  ],
}

const sds: Preset = {
  name: 'Microsoft School Data Sync',
  publisher: 'Microsoft',
  version: '1.1',
  scopes: roster,
  extras: [
    { scope: 'subjects:read', gives: 'the subject of a class as its course', isProposed: false },
    pupilAddresses,
  ],
  asks: ['roster.readonly'],
  purpose:
    'Class teams, accounts and their members in Microsoft 365 follow classes, pupils and staff of the school.',
  place: 'School Data Sync > Sync > Connect data > OneRoster API',
  settings: [['OneRoster URL', old], ['Token URL', tokenUrl], ...credentials, ['Scopes', '{scopes}']],
  notes: ['The API is open to systems that Microsoft has listed; a school cannot add one by itself.'],
}

const canvas: Preset = {
  name: 'Canvas',
  publisher: 'Instructure',
  version: '1.1',
  scopes: [...roster, 'subjects:read'],
  extras: [
    ...results(true),
    pupilAddresses,
    { scope: 'contacts:read', gives: 'parents and carers, whom Canvas calls observers', isProposed: false },
  ],
  asks: ['roster.readonly', 'gradebook.readonly', 'gradebook.createput', 'gradebook.delete'],
  purpose:
    'Courses and enrolments in Canvas follow classes, pupils and staff of the school, and marks come back from it.',
  place: 'given to Instructure, who set up the OneRoster connection',
  settings: [
    ['OneRoster URL', old],
    ['Token URL', tokenUrl],
    ['Authentication', 'OAuth 2.0, client credentials'],
    ...credentials,
    ['Scopes', '{scopes}'],
  ],
  notes: [
    'Where the scopes are built into the address of the token endpoint: {url}/oauth/token?scope={encodedScopes}',
  ],
}

/** By the name that `mis apps create --preset` takes. */
export const presets = { moodle, google, sds, canvas } as const satisfies Record<string, Preset>
export type PresetName = keyof typeof presets
export const presetNames = Object.keys(presets) as PresetName[]

/** What the draft of an agreement grants; extras are added and left out by name. */
export function grantedBy(
  { scopes, extras }: Preset,
  { plus, minus }: { plus: readonly string[]; minus: readonly string[] },
): Scope[] {
  const taken = extras.filter(({ scope, isProposed }) =>
    isProposed ? !minus.includes(scope) : plus.includes(scope),
  )
  return [...scopes, ...taken.map(({ scope }) => scope)]
}

/** A text of a preset with what is known of this school's app. */
export function filledIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}
