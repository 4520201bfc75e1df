import { Type } from '@sinclair/typebox'
import { Day, Flag, Id, nullable, Text } from '../../../foundation/resource/spoken.ts'

const strict = { additionalProperties: false }

const pupil = {
  pupilId: Id('The pupil.'),
  legalGivenName: Text('Legal given name.', 'Amira'),
  legalFamilyName: Text('Legal family name.', 'Khan'),
  yearGroup: Type.Integer({ description: 'National Curriculum year.', examples: [7] }),
}

export const NewPupilReturn = Type.Object(
  {
    ...pupil,
    startedOn: Day('First day on the roll.', '2026-11-16'),
    enrolmentStatus: Text('Status of the enrolment, such as C.', 'C', 1),
    dueOn: Day('Last day for the return: the fifth day after the name was entered.', '2026-11-21'),
    isExempt: Flag(
      'In the most junior class from the start of the school year: returned only where the local authority asks.',
    ),
  },
  { ...strict, title: 'NewPupilReturn' },
)

export const DeletionReturn = Type.Object(
  {
    ...pupil,
    deletedOn: Day('First day no longer on the roll.', '2026-11-16'),
    dueOn: Day('Last day for the return: the day on which the name is deleted.', '2026-11-16'),
    leavingReason: nullable(Text('Why.', 'Moved to another school', 200)),
    destination: nullable(Text('Where to.', 'Ashford Academy', 200)),
  },
  { ...strict, title: 'DeletionReturn' },
)

export const SicknessReturn = Type.Object(
  {
    ...pupil,
    reachedOn: Day('Day on which fifteen school days of illness were reached.', '2026-11-12'),
    schoolDays: Type.Number({
      description: 'School days of illness in the academic year, in halves.',
      examples: [16.5],
    }),
  },
  { ...strict, title: 'SicknessReturn' },
)
