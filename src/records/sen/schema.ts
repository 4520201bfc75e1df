import { type TProperties, Type } from '@sinclair/typebox'
import {
  changeOf,
  Day,
  Flag,
  Id,
  nullable,
  oneOf,
  recordFields,
  Text,
  Whole,
} from '../../foundation/resource/spoken.ts'

const strict = { additionalProperties: false }
const pupilId = Id('The pupil.')
const valid = {
  validFrom: Day('First day.', '2026-09-01'),
  validUntil: nullable(Day('First day on which it no longer holds; null while it does.', '2027-09-01')),
}

/** The four shapes of a resource whose only optional fields are those named. */
function shapes<T extends TProperties>(title: string, fields: T, optional: readonly (keyof T & string)[]) {
  const whole = Type.Object(fields)
  const body = Type.Object(
    {
      ...Type.Omit(whole, optional as never).properties,
      ...Type.Partial(Type.Pick(whole, optional as never)).properties,
    },
    { ...strict, title: `New${title}` },
  )
  return {
    Row: Type.Object({ ...recordFields, ...fields }, { title }),
    New: body,
    Change: changeOf(Type.Omit(body, ['pupilId'] as never), { title: `${title}Change` }),
  }
}

const inForce = {
  pupilId: Type.Optional(pupilId),
  asOf: Type.Optional(Day('Only what holds on this day.', '2026-11-23')),
}

export const status = shapes(
  'SenStatus',
  {
    pupilId,
    status: oneOf(['K', 'E'], {
      description: 'K SEN support, E education, health and care plan (school census).',
      examples: ['K'],
    }),
    ...valid,
  },
  ['validUntil'],
)
export const StatusFilter = Type.Object(inForce)

export const need = shapes(
  'SenNeed',
  {
    pupilId,
    need: oneOf(
      ['SPLD', 'MLD', 'SLD', 'PMLD', 'SEMH', 'SLCN', 'HI', 'VI', 'MSI', 'PD', 'ASD', 'DS', 'OTH', 'NSA'],
      { description: 'Type of need, as the school census writes it.', examples: ['SPLD'] },
    ),
    rank: Whole('1 is the primary need.', 1, 20, 1),
    ...valid,
  },
  ['validUntil'],
)
export const NeedFilter = Type.Object(inForce)

export const strategy = shapes(
  'SenStrategy',
  {
    pupilId,
    strategy: Text('What teachers do.', 'Sits near the front; instructions one at a time.', 2000),
    ...valid,
  },
  ['validUntil'],
)
export const StrategyFilter = Type.Object(inForce)

export const plan = shapes(
  'SenPlan',
  {
    pupilId,
    title: Text('What it is about.', 'Reading, autumn', 200),
    outcomes: Type.Array(
      Type.Object(
        {
          outcome: Text('What is to be reached.', 'Reads 60 words a minute.', 1000),
          isReached: nullable(Flag('Whether it was; null until the review.')),
          note: Type.Optional(nullable(Text('What was seen.', 'Reads 52 words a minute.', 1000))),
        },
        strict,
      ),
      { minItems: 1, maxItems: 20, description: 'Outcomes.' },
    ),
    startsOn: Day('First day.', '2026-09-07'),
    reviewOn: Day('When it is reviewed.', '2026-12-07'),
    reviewedOn: nullable(Day('When it was reviewed.', '2026-12-08')),
    reviewNote: nullable(Text('What the review found.', 'Two of three reached.', 4000)),
  },
  ['reviewedOn', 'reviewNote'],
)
export const PlanFilter = Type.Object({
  pupilId: Type.Optional(pupilId),
  reviewBefore: Type.Optional(
    Day('Only plans not yet reviewed whose review is before this day.', '2026-12-31'),
  ),
})
