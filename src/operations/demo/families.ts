import type { Address } from '../../records/schools/table.ts'
import {
  type Background,
  backgrounds,
  elderMen,
  elderWomen,
  shortNames,
  streetKinds,
  streets,
} from './names.ts'
import type { Random } from './random.ts'
import type { PersonRow } from './rows.ts'

export type Sex = 'F' | 'M'

/** What the children of one home have in common. */
export interface Family {
  background: Background
  familyName: string
  /** Name of the parent who does not share it; some children go by it. */
  otherName: string
  ethnicity: string
  language: string
  religion: string
  address: Address
  isFreeSchoolMeals: boolean
  /** 0 to 3: brothers and sisters are in one house. */
  house: number
  /** Year group of the youngest child so far. */
  youngest: number
  children: number
}

/** Of families; with those who were eligible before, pupil premium comes to about 24 % of the pupils. */
const freeSchoolMealsShare = 0.225

export function newFamily(random: Random, number: number): Family {
  const background = anyBackground(random)
  return {
    background,
    familyName: random.pick(background.families),
    otherName: random.pick(background.families),
    ethnicity: random.weighted(background.ethnicities),
    language: random.weighted(background.languages),
    religion: random.weighted(background.religions),
    address: newAddress(random),
    isFreeSchoolMeals: random.chance(freeSchoolMealsShare),
    house: number % 4,
    youngest: 0,
    children: 0,
  }
}

export function anyBackground(random: Random): Background {
  return random.weighted(backgrounds.map((one) => [one, one.weight] as const))
}

/** A made-up town; no post town of the Royal Mail begins with the area ZZ. */
export function newAddress(random: Random): Address {
  const street = `${random.pick(streets)} ${random.pick(streetKinds)}`
  const letters = 'ABDEFGHJLNPQRSTUWXYZ'
  const unit = `${random.between(1, 9)}${random.pick([...letters])}${random.pick([...letters])}`
  return {
    lines: [`${random.between(1, 140)} ${street}`, 'Wexmoor'],
    postcode: `ZZ${random.between(1, 8)} ${unit}`,
  }
}

/** Numbers that Ofcom keeps for drama: nobody has them. */
export function mobile(random: Random): string {
  return `07700 900${String(random.between(0, 999)).padStart(3, '0')}`
}

export function landline(random: Random): string {
  return `01632 960${String(random.between(0, 999)).padStart(3, '0')}`
}

/** The domain example.org is reserved for documentation (RFC 2606 section 3). */
export function email(given: string, family: string, suffix: string): string {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z]/g, '')
  return `${plain(given)}.${plain(family)}${suffix}@example.org`
}

export function childName(random: Random, { background }: Family, sex: Sex): string {
  return random.pick(sex === 'F' ? background.girls : background.boys)
}

/** Parents of a British background have the names of their own generation. */
export function elderName(random: Random, background: Background, sex: Sex): string {
  if (background !== backgrounds[0]) return random.pick(sex === 'F' ? background.girls : background.boys)
  return random.pick(sex === 'F' ? elderWomen : elderMen)
}

export function elderTitle(random: Random, sex: Sex): string {
  if (random.chance(0.02)) return 'Dr'
  if (sex === 'M') return 'Mr'
  return random.weighted([
    ['Mrs', 55],
    ['Ms', 30],
    ['Miss', 15],
  ])
}

/** A short form in use, or null where the legal name is the one in use. */
export function preferredName(random: Random, given: string): string | null {
  const isShortened = random.chance(0.5)
  return isShortened ? (shortNames.get(given) ?? null) : null
}

export const unknownPerson = {
  title: null,
  legalMiddleNames: null,
  preferredGivenName: null,
  preferredFamilyName: null,
  birthDate: null,
  sex: null,
  email: null,
  phone: null,
  address: null,
} satisfies Partial<PersonRow>
