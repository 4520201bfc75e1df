import type { Family } from './families.ts'
import type { Random } from './random.ts'
import type { PupilRow } from './rows.ts'

type Needs = Pick<
  PupilRow,
  | 'senStatus'
  | 'senNeeds'
  | 'senNotes'
  | 'medicalConditions'
  | 'medicalNotes'
  | 'isFreeSchoolMeals'
  | 'isPupilPremium'
  | 'isInCare'
>

/** Shares of pupils with an education, health and care plan, with SEN support, in care, and with a condition. */
const planShare = 0.03
const supportShare = 0.13
const careShare = 0.005
const medicalShare = 0.11

/** Primary needs under a plan and with support; codes of the school census. */
const planNeeds = [
  ['ASD', 40],
  ['SEMH', 20],
  ['SLCN', 14],
  ['MLD', 10],
  ['SPLD', 6],
  ['PD', 5],
  ['HI', 3],
  ['VI', 2],
] as const
const supportNeeds = [
  ['SPLD', 26],
  ['SEMH', 24],
  ['MLD', 18],
  ['SLCN', 14],
  ['ASD', 9],
  ['OTH', 5],
  ['HI', 2],
  ['PD', 2],
] as const

const senNotes = [
  'Seat near the front. Give instructions in small steps.',
  'Print on pale yellow paper; allow 25 % extra time.',
  'May leave the room with the time-out card.',
  'Check understanding before independent work.',
] as const

const conditions = [
  ['Asthma', 'Carries a blue inhaler.'],
  ['Nut allergy', 'Two adrenaline pens: one carried, one in the office.'],
  ['Hay fever', null],
  ['Type 1 diabetes', 'May test and eat in lessons.'],
  ['Epilepsy', 'Care plan in the office; call a first aider for any seizure.'],
  ['Migraine', null],
  ['Eczema', null],
  ['Coeliac disease', 'Gluten-free meals.'],
] as const

export function needsOf(random: Random, family: Family): Needs {
  const isInCare = random.chance(careShare)
  const { isFreeSchoolMeals } = family
  // Pupil premium reaches a little further: eligible at any time in six years, or in care.
  const isPupilPremium = isFreeSchoolMeals || isInCare || random.chance(0.02)
  return { ...senOf(random), ...medicalOf(random), isFreeSchoolMeals, isPupilPremium, isInCare }
}

function senOf(random: Random): Pick<Needs, 'senStatus' | 'senNeeds' | 'senNotes'> {
  const draw = random.next()
  if (draw >= planShare + supportShare) return { senStatus: 'N', senNeeds: null, senNotes: null }
  const hasPlan = draw < planShare
  const first = random.weighted(hasPlan ? planNeeds : supportNeeds)
  const second = random.weighted(supportNeeds)
  return {
    senStatus: hasPlan ? 'E' : 'K',
    senNeeds: second !== first && random.chance(0.25) ? [first, second] : [first],
    senNotes: hasPlan || random.chance(0.5) ? random.pick(senNotes) : null,
  }
}

function medicalOf(random: Random): Pick<Needs, 'medicalConditions' | 'medicalNotes'> {
  if (!random.chance(medicalShare)) return { medicalConditions: null, medicalNotes: null }
  const [condition, notes] = random.pick(conditions)
  return { medicalConditions: [condition], medicalNotes: notes }
}
