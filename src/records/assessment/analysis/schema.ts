import { Type } from '@sinclair/typebox'
import { Day, Flag, Id, nullable, oneOf, Text } from '../../../foundation/resource/spoken.ts'

const strict = { additionalProperties: false }
const number = (what: string, example: number) => Type.Number({ description: what, examples: [example] })
const count = (what: string, example: number) => Type.Integer({ description: what, examples: [example] })

export const resultType = oneOf(['E', 'I', 'P', 'R', 'T'], {
  description: 'Type: E estimate, I interim, P provisional, R result, T target.',
  examples: ['R'],
})

export const DistributionRow = Type.Object(
  {
    of: nullable(
      Text('Value of the characteristic; null without one, `unknown` where none is recorded.', 'K', 20),
    ),
    pupils: nullable(count('Pupils with a value; null where suppressed.', 28)),
    mean: nullable(number('Mean of the numbers; null of none, or where suppressed.', 5.4)),
    values: nullable(
      Type.Array(
        Type.Object(
          {
            value: Text('The value.', '7', 4000),
            pupils: count('Pupils with it.', 4),
            percent: number('Of the pupils, in per cent with one decimal.', 14.3),
          },
          strict,
        ),
        { description: 'In the order of the grade set, best first; null where suppressed.' },
      ),
    ),
    isSuppressed: Flag('Whether fewer than five pupils stand behind it, or it would tell of them.'),
  },
  { ...strict, title: 'Distribution' },
)

const Prediction = Type.Object(
  {
    value: number('The value foreseen.', 6.2),
    low: number('Lower end of the 95 % interval.', 5.1),
    high: number('Upper end.', 7.3),
    method: Text('How it was worked out.', 'least squares on time, 95 % prediction interval', 100),
    points: count('Results on which it rests.', 4),
  },
  { ...strict, title: 'Prediction' },
)

export const ProgressRow = Type.Object(
  {
    pupilId: Id('The pupil.'),
    points: Type.Array(
      Type.Object(
        {
          resultSetId: Id('The result set.'),
          name: Text('Its name.', 'Autumn 2026'),
          on: Day('Its last day.', '2026-12-04'),
          value: Text('The value.', '6', 4000),
          number: nullable(number('What it is worth.', 6)),
        },
        strict,
      ),
      { description: 'Results in order of time; targets are apart.' },
    ),
    target: nullable(number('Number of the latest target.', 7)),
    expected: nullable(
      number('Where the straight way from the first result to the target stands on the last one.', 6.5),
    ),
    isOnTarget: nullable(
      Type.Boolean({ description: 'Whether the last result reaches it.', examples: [false] }),
    ),
    prediction: Type.Union([Prediction, Type.Null()], {
      description:
        "The trend read on the target's day, or 90 days after the last result; null of fewer than three.",
    }),
  },
  { ...strict, title: 'Progress' },
)

export const ValueAddedAnswer = Type.Object(
  {
    slope: number('Outcome for a step of baseline.', 0.8),
    intercept: number('Outcome at baseline 0.', 1.2),
    pupils: count('Pupils of the cohort.', 120),
    method: Text('How it was worked out.', 'outcome by least squares on baseline, within this cohort', 100),
    rows: Type.Array(
      Type.Object(
        {
          pupilId: Id('The pupil.'),
          baseline: number('Baseline.', 100),
          outcome: number('Outcome.', 6),
          expected: number('What pupils of this baseline reach.', 5.6),
          valueAdded: number('Outcome less that.', 0.4),
        },
        strict,
      ),
      { description: 'The pupils.' },
    ),
  },
  { ...strict, title: 'ValueAdded' },
)
