import { dateOfNumber, dayNumber } from '../../foundation/time/days.ts'
import { departments } from './curriculum.ts'
import {
  anyBackground,
  elderName,
  elderTitle,
  landline,
  preferredName,
  type Sex,
  unknownPerson,
} from './families.ts'
import { idsFrom } from './ids.ts'
import { at, type Random, randomFrom } from './random.ts'
import type { PersonRow, StaffRow } from './rows.ts'

export interface StaffPlan {
  row: StaffRow
  person: PersonRow
  /** Department code of who teaches. */
  department: string | null
  /** Hours of the cycle that other duties take; they count when lessons are shared out. */
  dutyHours: number
  /** Index of the form, 0 to 29 (7A to 11F), of a tutor. */
  form: number | null
  yearGroup: number | null
}

interface Post {
  role: string
  kind: 'teaching' | 'support'
  department?: string
  dutyHours?: number
  yearGroup?: number
}

const forms = 30
/** A deputy teaches about a quarter of the week. */
const deputyDuty = 26
const headOfYearDuty = 8
/** Departments with hours to spare for a head of year, 7 to 11. */
const headOfYearDepartments = ['EN', 'GE', 'HI', 'PE', 'ML']

const leadership: readonly Post[] = [
  { role: 'Headteacher', kind: 'teaching' },
  { role: 'Deputy Headteacher (Curriculum)', kind: 'teaching', department: 'SC', dutyHours: deputyDuty },
  { role: 'Deputy Headteacher (Pastoral)', kind: 'teaching', department: 'HI', dutyHours: deputyDuty },
  { role: 'SENCo', kind: 'teaching' },
]

const support: readonly Post[] = [
  { role: 'Attendance Officer', kind: 'support' },
  { role: 'Data and Examinations Manager', kind: 'support' },
  { role: 'Office Manager', kind: 'support' },
  { role: 'Receptionist', kind: 'support' },
  { role: 'Science Technician', kind: 'support' },
  ...Array.from({ length: 4 }, (): Post => ({ role: 'Teaching Assistant', kind: 'support' })),
]

/** Sixty people: leadership, 47 teachers of whom five lead a year group and thirty a form, and support staff. */
export function staffOf(seed: number, startYear: number): StaffPlan[] {
  const random = randomFrom(seed, 'staff')
  const id = idsFrom(seed, 'staff', `${startYear}-09-01`)
  const codes = new Set<string>()
  const posts = [...leadership, ...departments.flatMap(teachersOf), ...support]
  const plans = posts.map((post) => newStaff(random, { post, id: id(), startYear, codes }))
  // Core RE and PSHE of years 10 and 11 share two hours of the cycle, so no form has its RE teacher as tutor.
  const free = plans.filter(
    (plan) => plan.department !== null && plan.department !== 'RE' && plan.dutyHours === 0,
  )
  for (const [form, plan] of random.shuffled(free).slice(0, forms).entries()) plan.form = form
  return plans
}

function teachersOf({ code, name, teachers }: (typeof departments)[number]): Post[] {
  return Array.from({ length: teachers }, (_, place): Post => {
    const post: Post = { role: `Teacher of ${name}`, kind: 'teaching', department: code }
    if (place === 0) return { ...post, role: `Head of ${name}` }
    const headed = headOfYearDepartments.indexOf(code)
    if (place !== teachers - 1 || headed < 0) return post
    const yearGroup = 7 + headed
    return {
      ...post,
      role: `Head of Year ${yearGroup} and Teacher of ${name}`,
      dutyHours: headOfYearDuty,
      yearGroup,
    }
  })
}

interface Appointment {
  post: Post
  id: string
  startYear: number
  codes: Set<string>
}

function newStaff(random: Random, { post, id, startYear, codes }: Appointment): StaffPlan {
  const background = anyBackground(random)
  const sex: Sex = random.chance(0.64) ? 'F' : 'M'
  const given = elderName(random, background, sex)
  const familyName = random.pick(background.families)
  const code = newCode(given, familyName, codes)
  const age = random.between(post.role === 'Headteacher' ? 46 : 24, 61)
  const served = random.between(0, Math.min(22, age - 23))
  return {
    row: {
      id,
      code,
      role: post.role,
      kind: post.kind,
      employedFrom: `${startYear - served}-09-01`,
      employedUntil: null,
    },
    person: {
      ...unknownPerson,
      id,
      title: elderTitle(random, sex),
      legalGivenName: given,
      legalFamilyName: familyName,
      preferredGivenName: preferredName(random, given),
      birthDate: dateOfNumber(dayNumber(`${startYear - age}-01-01`) + random.between(0, 364)),
      sex,
      email: `${code.toLowerCase()}@example.org`,
      phone: landline(random),
    },
    department: post.department ?? null,
    dutyHours: post.dutyHours ?? 0,
    form: null,
    yearGroup: post.yearGroup ?? null,
  }
}

/** Three letters: the first of the given name and two of the family name, further along it while they are taken. */
function newCode(given: string, familyName: string, codes: Set<string>): string {
  const letters = familyName.toUpperCase().replaceAll(/[^A-Z]/g, '')
  const alphabet = [...letters.slice(1), ...'XYZQJKV']
  for (const second of [letters.charAt(0), ...alphabet])
    for (const third of alphabet) {
      const code = given.charAt(0).toUpperCase() + second + third
      if (codes.has(code)) continue
      codes.add(code)
      return code
    }
  throw new RangeError('No staff code is left.')
}

/** The first person with a post. */
export function holderOf(staff: readonly StaffPlan[], role: string): StaffPlan {
  return at(
    staff.filter((plan) => plan.row.role === role),
    0,
  )
}
