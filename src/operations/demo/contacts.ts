import {
  anyBackground,
  elderName,
  elderTitle,
  email,
  type Family,
  landline,
  mobile,
  newAddress,
  type Sex,
  unknownPerson,
} from './families.ts'
import { idsFrom } from './ids.ts'
import type { PupilPlan } from './pupils.ts'
import { type Random, randomFrom } from './random.ts'
import type { ContactRow, PersonRow, PupilContactRow } from './rows.ts'

/** Court orders that limit what a parent may be told. */
const courtOrders = 6

/** A contact as all children of the family have it. */
interface Carer {
  relationship: string
  sex: Sex
  hasParentalResponsibility: boolean
  livesWithPupil: boolean
}

export interface Contacts {
  people: PersonRow[]
  contacts: ContactRow[]
  links: PupilContactRow[]
}

interface Named extends Carer {
  person: PersonRow
}

/** One to three contacts of each pupil; brothers and sisters share theirs unless one is in care. */
export function contactsOf(seed: number, pupils: readonly PupilPlan[], day: string): Contacts {
  const id = idsFrom(seed, 'contacts', day)
  const linkId = idsFrom(seed, 'pupil-contacts', day)
  const homes = new Map<Family, Named[]>()
  const found: Contacts = { people: [], contacts: [], links: [] }
  for (const pupil of pupils) {
    const known = pupil.row.isInCare ? undefined : homes.get(pupil.family)
    // A stream for each pupil: who joins tomorrow leaves the other homes as they are.
    const carers = known ?? householdOf(randomFrom(seed, `household/${pupil.row.id}`), pupil)
    if (!known) {
      for (const { person } of carers) {
        person.id = id()
        found.people.push(person)
        found.contacts.push({ id: person.id, notes: null })
      }
      if (!pupil.row.isInCare) homes.set(pupil.family, carers)
    }
    found.links.push(...carers.map((carer, place) => linkOf(linkId(), pupil.row.id, carer, place + 1)))
  }
  restrictSome(randomFrom(seed, 'court-orders'), found)
  return found
}

function householdOf(random: Random, { family, row }: PupilPlan): Named[] {
  const carers = row.isInCare ? careHousehold(random) : familyHousehold(random)
  const elsewhere = newAddress(random)
  return carers.map((carer) =>
    named(random, family, carer, carer.livesWithPupil ? family.address : elsewhere),
  )
}

function carer(relationship: string, sex: Sex, particulars: Partial<Carer> = {}): Carer {
  const isParent = relationship === 'Mother' || relationship === 'Father'
  return {
    relationship,
    sex,
    hasParentalResponsibility: isParent,
    livesWithPupil: isParent,
    ...particulars,
  }
}

/** Kinds of home with their shares in per cent. */
function familyHousehold(random: Random): Carer[] {
  const away = { livesWithPupil: false }
  const home = random.weighted<Carer[]>([
    [[carer('Mother', 'F'), carer('Father', 'M')], 60],
    [[carer('Mother', 'F'), carer('Father', 'M', away)], 16],
    [[carer('Father', 'M'), carer('Mother', 'F', away)], 3],
    [[carer('Mother', 'F')], 8],
    [
      [
        carer('Mother', 'F'),
        carer('Step-parent', 'M', { livesWithPupil: true }),
        carer('Father', 'M', { ...away, hasParentalResponsibility: random.chance(0.8) }),
      ],
      8,
    ],
    [[carer('Mother', 'F'), carer('Mother', 'F')], 1],
    [[carer('Grandparent', 'F', { hasParentalResponsibility: true, livesWithPupil: true })], 3],
    [[carer('Guardian', 'F', { hasParentalResponsibility: true, livesWithPupil: true })], 1],
  ])
  const other = random.weighted([
    ['Grandparent', 60],
    ['Aunt', 20],
    ['Family friend', 20],
  ])
  return home.length < 3 && random.chance(0.3) ? [...home, carer(other, 'F')] : home
}

function careHousehold(random: Random): Carer[] {
  const mother = carer('Mother', 'F', { livesWithPupil: false })
  return [
    carer('Foster carer', 'F', { livesWithPupil: true }),
    carer('Social worker', random.chance(0.7) ? 'F' : 'M', { hasParentalResponsibility: true }),
    ...(random.chance(0.5) ? [mother] : []),
  ]
}

function named(random: Random, family: Family, one: Carer, address: PersonRow['address']): Named {
  const isOfFamily = !['Foster carer', 'Social worker', 'Family friend'].includes(one.relationship)
  const background = isOfFamily ? family.background : anyBackground(random)
  const keepsName = isOfFamily && random.chance(one.sex === 'M' ? 0.85 : 0.65)
  const familyName = keepsName ? family.familyName : random.pick(background.families)
  const given = elderName(random, background, one.sex)
  const hasEmail = random.chance(one.relationship === 'Grandparent' ? 0.4 : 0.93)
  const person: PersonRow = {
    ...unknownPerson,
    id: '',
    title: elderTitle(random, one.sex),
    legalGivenName: given,
    legalFamilyName: familyName,
    sex: one.sex,
    email: hasEmail ? email(given, familyName, String(random.between(100, 999))) : null,
    phone: random.chance(0.92) ? mobile(random) : landline(random),
    address: one.relationship === 'Social worker' ? null : address,
  }
  return { ...one, person }
}

function linkOf(id: string, pupilId: string, one: Named, priority: number): PupilContactRow {
  return {
    id,
    pupilId,
    contactId: one.person.id,
    relationship: one.relationship,
    priority,
    hasParentalResponsibility: one.hasParentalResponsibility,
    isCourtOrderRestricted: false,
    livesWithPupil: one.livesWithPupil,
  }
}

/** An order concerns a parent who lives elsewhere and is called last. */
function restrictSome(random: Random, { links, contacts }: Contacts): void {
  const parents = links.filter((link) => link.relationship === 'Father' && !link.livesWithPupil)
  for (const link of random.shuffled(parents).slice(0, courtOrders)) {
    link.isCourtOrderRestricted = true
    const contact = contacts.find(({ id }) => id === link.contactId)
    if (contact)
      contact.notes = 'Court order on file: share nothing before asking the designated safeguarding lead.'
  }
}
