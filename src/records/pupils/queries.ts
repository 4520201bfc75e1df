import { sql } from 'drizzle-orm'
import { resource } from '../../foundation/resource/resource.ts'
import { nameSources } from '../people/queries.ts'
import { people } from '../people/table.ts'
import { Pupil, PupilFilter } from './schema.ts'
import { enrolments, pupils } from './table.ts'

export const pupil = resource({
  path: '/pupils',
  one: 'Pupil',
  phrase: 'a pupil',
  scope: 'pupils',
  row: Pupil,
  filter: PupilFilter,
  pupilField: 'id',
  view: {
    table: pupils,
    from: sql`${pupils} join ${people} on ${people.schoolId} = ${pupils.schoolId} and ${people.id} = ${pupils.id}`,
    fields: {
      id: pupils.id,
      updatedAt: pupils.updatedAt,
      admissionNumber: pupils.admissionNumber,
      ...nameSources,
      yearGroup: pupils.yearGroup,
      enrolmentStatus: pupils.enrolmentStatus,
      enrolledOn: pupils.enrolledOn,
      leftOn: pupils.leftOn,
      upn: pupils.upn,
      uln: pupils.uln,
      birthDate: people.birthDate,
      sex: people.sex,
      ethnicity: pupils.ethnicity,
      firstLanguage: pupils.firstLanguage,
      religion: pupils.religion,
      email: people.email,
      phone: people.phone,
      address: people.address,
      senStatus: pupils.senStatus,
      senNeeds: pupils.senNeeds,
      senNotes: pupils.senNotes,
      medicalConditions: pupils.medicalConditions,
      medicalNotes: pupils.medicalNotes,
      isFreeSchoolMeals: pupils.isFreeSchoolMeals,
      isPupilPremium: pupils.isPupilPremium,
      isInCare: pupils.isInCare,
      formerUpn: pupils.formerUpn,
    },
    filters: {
      asOf: (day) =>
        sql`exists (select from ${enrolments} where ${enrolments.schoolId} = ${pupils.schoolId}
          and ${enrolments.pupilId} = ${pupils.id} and ${enrolments.validFrom} <= ${day}::date
          and (${enrolments.validUntil} is null or ${enrolments.validUntil} > ${day}::date))`,
    },
    sorts: {
      admissionNumber: pupils.admissionNumber,
      legalFamilyName: people.legalFamilyName,
      legalGivenName: people.legalGivenName,
      yearGroup: pupils.yearGroup,
      enrolledOn: pupils.enrolledOn,
    },
  },
  constraints: {
    pupils__admission_number: {
      code: 'admission-number-taken',
      message: 'Another pupil of this school has this admission number.',
    },
    pupils__upn: { code: 'upn-taken', message: 'Another pupil of this school has this UPN.' },
    pupils__uln: { code: 'uln-taken', message: 'Another pupil of this school has this ULN.' },
  },
})
