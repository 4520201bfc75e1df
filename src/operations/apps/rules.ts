import { isScope } from '../../foundation/access/scopes.ts'
import { addMonths, daysBetween } from '../../foundation/time/days.ts'

/** No agreement runs longer than this without being looked at again. */
export const longestMonths = 12
/** Days before its end in which an agreement reads `expiring`. */
export const expiringDays = 30

/** Short screening (a "DPIA lite"): true is the riskier answer. */
export const screeningQuestions = {
  holdsSpecialCategoryData: 'Does the app hold data on health, ethnicity, religion or special needs?',
  isUsedByChildrenUnder13: 'Do children under 13 use it themselves?',
  keepsDataOutsideUk: 'Is data kept outside the United Kingdom and the European Union?',
  trainsModels: 'Are models trained with the data?',
  showsAdvertising: 'Is there advertising, or is data used for it?',
  hasSubProcessorsAbroad: 'Do sub-processors outside the United Kingdom and the European Union see it?',
  decidesAutomatically: 'Does it decide anything about a pupil by itself?',
  monitorsPupils: 'Does it watch what pupils do or where they are?',
} as const

export type Screening = Record<keyof typeof screeningQuestions, boolean>
export type Risk = 'low' | 'medium' | 'high'

/** Answers that make the risk high by themselves (ICO: processing likely to result in high risk). */
const grave: readonly (keyof Screening)[] = [
  'trainsModels',
  'showsAdvertising',
  'decidesAutomatically',
  'monitorsPupils',
]

export function riskOf(screening: Screening): Risk {
  const yes = Object.entries(screening).filter(([, answer]) => answer)
  if (yes.some(([name]) => grave.includes(name as keyof Screening)) || yes.length >= 4) return 'high'
  return yes.length > 0 ? 'medium' : 'low'
}

/** UK GDPR, Article 6(1). Consent is not offered: between a school and its pupils it is rarely free. */
export const lawfulBases = [
  'public-task',
  'legal-obligation',
  'contract',
  'legitimate-interests',
  'vital-interests',
] as const

/** What a school and an app agree on. */
export interface Terms {
  scopes: string[]
  purpose: string
  lawfulBasis: (typeof lawfulBases)[number]
  retention: string
  reviewOn: string
  expiresOn: string
  screening: Screening
  /** Answers to deeper questions, where the screening says medium or high. */
  safeguards: string | null
  /** Where the full assessment is kept, where it says high. */
  assessmentReference: string | null
}

/** Terms as a version may hold them: a draft may lack some, and so does what was opened by a command. */
export type WrittenTerms = { [Name in keyof Terms]?: Terms[Name] | null }

export interface Wanted {
  scopes: readonly string[]
  optionalScopes: readonly string[]
}

export interface Fault {
  path: string
  message: string
}

/** What no agreement is approved without. */
const needed = ['purpose', 'lawfulBasis', 'retention', 'reviewOn', 'expiresOn'] as const

/** Why these terms cannot be approved today; empty when they can. */
export function faultsOf(terms: WrittenTerms, app: Wanted, today: string): Fault[] {
  return [
    ...faultsOfScopes(terms.scopes ?? [], app),
    ...needed
      .filter((name) => !terms[name])
      .map((name) => ({ path: `/${name}`, message: 'No agreement is approved without it.' })),
    ...faultsOfDays(terms, today),
    ...faultsOfDiligence(terms),
  ]
}

function faultsOfDays({ expiresOn, reviewOn }: WrittenTerms, today: string): Fault[] {
  if (!expiresOn) return []
  const checks: [boolean, string, string][] = [
    [expiresOn <= today, '/expiresOn', 'The last day lies in the future.'],
    [expiresOn > addMonths(today, longestMonths), '/expiresOn', `At most ${longestMonths} months ahead.`],
    [
      !!reviewOn && (reviewOn <= today || reviewOn > expiresOn),
      '/reviewOn',
      'The review comes before the last day.',
    ],
  ]
  return broken(checks)
}

/** Each step of due diligence asks for the next: screening, safeguards, full assessment. */
function faultsOfDiligence({ screening, safeguards, assessmentReference }: WrittenTerms): Fault[] {
  if (!screening || Object.keys(screeningQuestions).some((name) => !(name in screening)))
    return [{ path: '/screening', message: 'Every question of the screening is answered.' }]
  const risk = riskOf(screening)
  return broken([
    [
      risk !== 'low' && !safeguards,
      '/safeguards',
      `The screening says ${risk}: say what safeguards there are.`,
    ],
    [
      risk === 'high' && !assessmentReference,
      '/assessmentReference',
      'The screening says high: name the full assessment.',
    ],
  ])
}

const broken = (checks: readonly [boolean, string, string][]): Fault[] =>
  checks.filter(([isBroken]) => isBroken).map(([, path, message]) => ({ path, message }))

/** Everything that the app needs, nothing that it does not want. */
export function faultsOfScopes(
  scopes: readonly string[],
  { scopes: wanted, optionalScopes }: Wanted,
): Fault[] {
  const required = wanted.filter((scope) => !optionalScopes.includes(scope))
  return [
    ...scopes.flatMap((scope, at) =>
      wanted.includes(scope) && isScope(scope)
        ? []
        : [{ path: `/scopes/${at}`, message: 'The app is not registered for this scope.' }],
    ),
    ...required
      .filter((scope) => !scopes.includes(scope))
      .map((scope) => ({ path: '/scopes', message: `The app cannot do without ${scope}.` })),
  ]
}

export type State = 'draft' | 'in-review' | 'in-force' | 'suspended' | 'ended'

/** The state as it is spoken: what is in force expires by itself. The last day still counts. */
export function stateOn(
  today: string,
  { state, expiresOn }: { state: string; expiresOn: string | null },
): string {
  if (state !== 'in-force' || expiresOn === null) return state
  if (expiresOn < today) return 'ended'
  return daysBetween(today, expiresOn) < expiringDays ? 'expiring' : state
}

export type Act =
  | 'submitted'
  | 'approved'
  | 'refused'
  | 'suspended'
  | 'resumed'
  | 'ended'
  | 'deletion-attested'

interface Situation {
  state: State
  draftVersion: number | null
  versionInForce: number | null
  /** Whether the version that is prepared was submitted and not refused since. */
  isSubmitted: boolean
  /** Whether its last day is over. */
  isExpired: boolean
}

/** The state after an act, or why it cannot be done now. What has ended stays so: one begins anew, with a draft. */
export function stateAfter(act: Act, situation: Situation): State | { refused: string } {
  const { state, draftVersion, versionInForce, isSubmitted, isExpired } = situation
  if (act === 'deletion-attested')
    return state === 'ended' || isExpired ? 'ended' : { refused: 'The agreement has not ended yet.' }
  if (state === 'ended') return { refused: 'The agreement has ended already.' }
  const isOpen = versionInForce !== null && (state === 'in-force' || state === 'suspended')
  switch (act) {
    case 'submitted':
      if (draftVersion === null || isSubmitted) return { refused: 'There is no draft to submit.' }
      return isOpen ? state : 'in-review'
    case 'approved':
      if (draftVersion === null || !isSubmitted)
        return { refused: 'Only what was submitted can be approved.' }
      // Why it was suspended is not settled by new terms: that takes a decision of its own.
      return state === 'suspended' ? state : 'in-force'
    case 'refused':
      if (draftVersion === null || !isSubmitted) return { refused: 'Only what was submitted can be refused.' }
      return isOpen ? state : 'draft'
    case 'suspended':
      return state === 'in-force' ? 'suspended' : { refused: 'Only an agreement in force can be suspended.' }
    case 'resumed':
      return state === 'suspended' ? 'in-force' : { refused: 'Only a suspended agreement can be resumed.' }
    default:
      return 'ended'
  }
}
