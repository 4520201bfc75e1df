import { Type } from '@sinclair/typebox'
import {
  changeOf,
  Day,
  Flag,
  inGroup,
  nullable,
  oneOf,
  recordFields,
  Text,
  Whole,
} from '../../foundation/resource/spoken.ts'
import { birthDateField, nameFields, newNameFields, sexField } from '../people/schema.ts'
import { addressField, emailField, phoneField } from '../schools/schema.ts'

const enrolmentStatuses = ['C', 'M', 'S', 'G', 'F', 'O'] as const
const enrolmentStatus = oneOf(enrolmentStatuses, {
  description:
    'Enrolment status: C current, M main dual, S subsidiary dual, G guest, F further education college, O other provider (Common Transfer File codes).',
  examples: ['C'],
})
const leavingReason = nullable(Text('Why the pupil left.', 'Moved to another school', 200))
const destination = nullable(Text('Where the pupil went.', 'Ashford Academy', 200))

const core = {
  admissionNumber: Text('Admission number; unique in the school.', '004512', 20),
  ...nameFields,
  yearGroup: Whole('National Curriculum year: -2 and -1 nursery, 0 reception, 1 to 14.', -2, 14, 7),
}

const upn = nullable(
  Type.String({
    pattern: '^[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]$',
    description: 'Unique pupil number: check letter and 12 digits; a temporary one ends in a letter.',
    examples: ['B801200005001'],
  }),
)
const uln = nullable(
  Type.String({
    pattern: '^[0-9]{10}$',
    description: 'Unique learner number, 10 digits.',
    examples: ['9999375358'],
  }),
)
const textList = (what: string, example: string[]) =>
  nullable(
    Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
      maxItems: 50,
      description: what,
      examples: [example],
    }),
  )

/** Fields that a body may set, by group. */
const identifiers = inGroup('identifiers', { upn, uln })
const demographics = inGroup('demographics', {
  birthDate: birthDateField,
  sex: sexField,
  ethnicity: nullable(
    Type.String({
      pattern: '^[A-Z]{4}$',
      description: 'Ethnicity code of the school census, such as WBRI.',
      examples: ['BAFR'],
    }),
  ),
  firstLanguage: nullable(
    Type.String({
      pattern: '^[A-Z]{3}$',
      description: 'First language code of the school census, such as ENG.',
      examples: ['ENG'],
    }),
  ),
  religion: nullable(Text('Religion, in the words of the family.', 'Christian', 100)),
})
const ownContacts = inGroup('contacts', { email: emailField, phone: phoneField, address: addressField })
const sen = inGroup('sen', {
  senStatus: nullable(
    oneOf(['N', 'K', 'E'], {
      description: 'Special educational needs: N none, K SEN support, E education, health and care plan.',
      examples: ['K'],
    }),
  ),
  senNeeds: textList('Types of need, the first one primary, such as SPLD, MLD, SEMH, SLCN, ASD.', ['SPLD']),
  senNotes: nullable(
    Text('What staff must know.', 'Sits near the front; coloured overlay for reading.', 4000),
  ),
})
const medical = inGroup('medical', {
  medicalConditions: textList('Conditions.', ['Asthma']),
  medicalNotes: nullable(Text('What staff must know.', 'Inhaler in the school office.', 4000)),
})
const eligibility = inGroup('eligibility', {
  isFreeSchoolMeals: nullable(Flag('Eligible for free school meals.')),
  isPupilPremium: nullable(Flag('Attracts pupil premium.')),
  isInCare: nullable(Flag('Looked after by a local authority.')),
})
const optional = { ...identifiers, ...demographics, ...ownContacts, ...sen, ...medical, ...eligibility }

export const Pupil = Type.Object(
  {
    ...recordFields,
    ...core,
    enrolmentStatus: {
      ...enrolmentStatus,
      description: `${enrolmentStatus.description} Of the latest enrolment.`,
    },
    enrolledOn: Day('First day of the latest enrolment.'),
    leftOn: nullable(
      Day(
        'First day on which the pupil no longer belongs to the school; null while there is none.',
        '2026-10-26',
      ),
    ),
    ...optional,
    formerUpn: inGroup('identifiers', {
      formerUpn: nullable(Text('UPN that the present one replaced.', 'A12320000001B', 13)),
    }).formerUpn,
  },
  { title: 'Pupil' },
)

const person = {
  admissionNumber: core.admissionNumber,
  ...newNameFields,
  yearGroup: core.yearGroup,
  ...Type.Partial(Type.Object(optional)).properties,
}

export const NewPupil = Type.Object(
  {
    ...person,
    enrolledOn: Day('First day on the roll.'),
    enrolmentStatus: Type.Optional(enrolmentStatus),
  },
  { additionalProperties: false, title: 'NewPupil' },
)
export const PupilChange = changeOf(Type.Object(person, { additionalProperties: false }), {
  title: 'PupilChange',
})

export const Leaving = Type.Object(
  {
    leftOn: Day('First day on which the pupil no longer belongs to the school.', '2026-12-19'),
    leavingReason: Type.Optional(leavingReason),
    destination: Type.Optional(destination),
  },
  { additionalProperties: false, title: 'Leaving' },
)

export const PupilFilter = Type.Object({
  admissionNumber: Type.Optional(core.admissionNumber),
  yearGroup: Type.Optional(core.yearGroup),
  legalFamilyName: Type.Optional(core.legalFamilyName),
  upn: Type.Optional(
    Type.String({
      maxLength: 13,
      description: 'UPN; needs the group identifiers.',
      examples: ['B801200005001'],
    }),
  ),
  uln: Type.Optional(
    Type.String({
      maxLength: 10,
      description: 'ULN; needs the group identifiers.',
      examples: ['9999375358'],
    }),
  ),
  birthDate: Type.Optional(Day('Birth date; needs the group demographics.', '2014-03-09')),
  senStatus: Type.Optional(
    oneOf(['N', 'K', 'E'], { description: 'SEN status; needs the group sen.', examples: ['K'] }),
  ),
  isPupilPremium: Type.Optional(Flag('Attracts pupil premium; needs the group eligibility.', true)),
  isFreeSchoolMeals: Type.Optional(
    Flag('Eligible for free school meals; needs the group eligibility.', true),
  ),
  asOf: Type.Optional(Day('Only pupils on the roll on this day.', '2026-11-23')),
})

const enrolmentFields = {
  pupilId: Type.String({
    format: 'uuid',
    description: 'The pupil.',
    examples: ['0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11'],
  }),
  status: enrolmentStatus,
  validFrom: Day('First day on the roll.'),
  validUntil: nullable(Day('First day no longer on the roll; null while open.', '2026-12-19')),
  leavingReason,
  destination,
}

export const Enrolment = Type.Object({ ...recordFields, ...enrolmentFields }, { title: 'Enrolment' })
export const NewEnrolment = Type.Object(
  {
    pupilId: enrolmentFields.pupilId,
    status: enrolmentFields.status,
    validFrom: enrolmentFields.validFrom,
    validUntil: Type.Optional(enrolmentFields.validUntil),
    leavingReason: Type.Optional(leavingReason),
    destination: Type.Optional(destination),
  },
  { additionalProperties: false, title: 'NewEnrolment' },
)
export const EnrolmentChange = changeOf(Type.Omit(NewEnrolment, ['pupilId']), { title: 'EnrolmentChange' })
export const EnrolmentFilter = Type.Object({
  pupilId: Type.Optional(enrolmentFields.pupilId),
  status: Type.Optional(enrolmentStatus),
  asOf: Type.Optional(Day('Only enrolments in force on this day.', '2026-11-23')),
})
