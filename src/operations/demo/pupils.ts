import { addDays, dateOfNumber, dayNumber } from '../../foundation/time/days.ts'
import { makeTemporaryUpn, makeUln, makeUpn } from '../../records/pupils/identifiers.ts'
import type { Calendar } from './calendar.ts'
import { childName, email, type Family, mobile, newFamily, preferredName, type Sex } from './families.ts'
import { idsFrom } from './ids.ts'
import { needsOf } from './needs.ts'
import { at, type Random, randomFrom } from './random.ts'
import type { PersonRow, PupilRow } from './rows.ts'
import { school } from './sites.ts'

/** Pupils of one year group in the course of the year: twelve join and ten leave, so that about 180 are there at a time. */
const pupilsPerYear = 182
const joiners = 12
const leavers = 10
/** School days of the year (from 0) on which pupils come and go: most changes of school happen in the autumn term. */
const firstChange = 6
const lastChange = 50
const siblingShare = 0.24

/** What makes a pupil's marks, results and events hang together; ability and diligence have mean 0, deviation 1. */
export interface Traits {
  ability: number
  diligence: number
  isOftenAbsent: boolean
}

export interface PupilPlan {
  row: PupilRow
  person: PersonRow
  family: Family
  yearGroup: number
  traits: Traits
  /** On the roll from this day, and no longer from `leftOn`. */
  enrolledOn: string
  leftOn: string | null
}

interface Setting {
  random: Random
  calendar: Calendar
  id: () => string
  families: Family[]
  usedUlns: Set<string>
}

/** Everybody who is or was on the roll this year up to `today`, oldest year group first. */
export function pupilsOf(seed: number, calendar: Calendar, today: string): PupilPlan[] {
  const setting: Setting = {
    random: randomFrom(seed, 'pupils'),
    calendar,
    id: idsFrom(seed, 'pupils', calendar.year.startsOn),
    families: [],
    usedUlns: new Set(),
  }
  const plans = [11, 10, 9, 8, 7].flatMap((yearGroup, nth) =>
    Array.from({ length: pupilsPerYear }, (_, place) =>
      newPupil(setting, yearGroup, nth * pupilsPerYear + place),
    ),
  )
  moveSome(randomFrom(seed, 'movers'), plans, calendar)
  for (const plan of plans) {
    if (plan.leftOn !== null && plan.leftOn > today) plan.leftOn = null
    plan.row.leftOn = plan.leftOn
    plan.row.enrolledOn = plan.enrolledOn
  }
  return plans.filter((plan) => plan.enrolledOn <= today)
}

function newPupil(setting: Setting, yearGroup: number, number: number): PupilPlan {
  const { random, calendar } = setting
  const family = familyFor(setting, yearGroup)
  const sex: Sex = random.chance(0.49) ? 'F' : 'M'
  const id = setting.id()
  const enrolledOn = entryDay(random, calendar.startYear, yearGroup)
  const person = personOf(setting, family, { id, sex, yearGroup, number })
  const needs = needsOf(random, family)
  const traits: Traits = {
    ability: random.normal() - (needs.senStatus === 'N' ? 0 : 0.8) - (needs.isPupilPremium ? 0.3 : 0),
    diligence: random.normal(),
    isOftenAbsent: random.chance(needs.isPupilPremium ? 0.27 : 0.125),
  }
  const row: PupilRow = {
    id,
    admissionNumber: String(4_001 + number).padStart(6, '0'),
    upn: upnOf(calendar.startYear - yearGroup, number),
    formerUpn: null,
    uln: yearGroup >= 10 ? newUln(setting) : null,
    yearGroup,
    ethnicity: family.ethnicity,
    firstLanguage: family.language,
    religion: family.religion,
    ...needs,
    enrolmentStatus: 'C',
    enrolledOn,
    leftOn: null,
  }
  return { row, person, family, yearGroup, traits, enrolledOn, leftOn: null }
}

/** Brothers and sisters are at least a year group apart. */
function familyFor({ random, families }: Setting, yearGroup: number): Family {
  const known = families.length > 0 && random.chance(siblingShare) ? random.pick(families) : undefined
  const family =
    known && known.youngest > yearGroup && known.children < 3 ? known : newFamily(random, families.length)
  if (family !== known) families.push(family)
  family.youngest = yearGroup
  family.children += 1
  return family
}

/** Most came in September of year 7, some on a day of a later term. */
function entryDay(random: Random, startYear: number, yearGroup: number): string {
  const first = `${startYear - (yearGroup - 7)}-09-01`
  const days = (yearGroup - 7) * 365
  return days > 0 && random.chance(0.12) ? addDays(first, random.between(40, days - 50)) : first
}

interface Newcomer {
  id: string
  sex: Sex
  yearGroup: number
  number: number
}

function personOf({ random, calendar }: Setting, family: Family, pupil: Newcomer): PersonRow {
  const given = childName(random, family, pupil.sex)
  const middle = childName(random, family, pupil.sex)
  // Who is y + 4 on 31 August before the year is in year group y.
  const born = dayNumber(`${calendar.startYear - pupil.yearGroup - 5}-09-01`) + random.between(0, 364)
  return {
    id: pupil.id,
    title: null,
    legalGivenName: given,
    legalMiddleNames: middle !== given && random.chance(0.6) ? middle : null,
    legalFamilyName: family.familyName,
    preferredGivenName: preferredName(random, given),
    preferredFamilyName: random.chance(0.015) ? family.otherName : null,
    birthDate: dateOfNumber(born),
    sex: pupil.sex,
    email: email(given, family.familyName, String(4_001 + pupil.number)),
    phone: pupil.yearGroup >= 9 && random.chance(0.4) ? mobile(random) : null,
    address: family.address,
  }
}

/** Numbers are given by the primary school on entry to reception (Department for Education, UPN guide). */
function upnOf(year: number, number: number): string {
  const place = number % pupilsPerYear
  const feeder = at(school.feeders, place % school.feeders.length)
  return makeUpn({
    la: school.la,
    estab: feeder,
    year,
    serial: 1 + Math.floor(place / school.feeders.length),
  })
}

function newUln({ random, usedUlns }: Setting): string {
  for (;;) {
    // One stem in eleven has no check digit.
    const uln = makeUln(String(random.between(100_000_000, 999_999_999)))
    if (uln === undefined || usedUlns.has(uln)) continue
    usedUlns.add(uln)
    return uln
  }
}

/** Chooses who comes in the course of the year and who goes. Two newcomers still wait for their permanent UPN. */
function moveSome(random: Random, plans: readonly PupilPlan[], { schoolDays, startYear }: Calendar): void {
  const movers = random.shuffled(plans)
  for (const [place, plan] of movers.slice(0, joiners).entries()) {
    plan.enrolledOn = at(schoolDays, random.between(firstChange, lastChange))
    plan.row.admissionNumber = String(5_001 + place).padStart(6, '0')
    if (place < 2)
      plan.row.upn = makeTemporaryUpn({
        la: school.la,
        estab: school.estab,
        year: startYear,
        serial: place + 1,
      })
  }
  for (const plan of movers.slice(joiners, joiners + leavers))
    plan.leftOn = addDays(at(schoolDays, random.between(firstChange, lastChange)), 1)
}
