/** National frames of assessment in England, as data: grade sets and aspects that a school takes over in one request. */

export interface FrameGradeSet {
  code: string
  name: string
  validFrom: string
  /** Best first. */
  grades: { grade: string; value: number }[]
}

export interface FrameAspect {
  code: string
  name: string
  type: 'grade' | 'integer' | 'age'
  /** Code of the grade set of a grade aspect. */
  gradeSet?: string
  minimum?: number
  maximum?: number
}

export interface Frame {
  name: string
  title: string
  source: string
  gradeSets: FrameGradeSet[]
  aspects: FrameAspect[]
}

const graded = (grades: readonly (readonly [string, number])[]) =>
  grades.map(([grade, value]) => ({ grade, value }))
const integer = (code: string, name: string, minimum: number, maximum: number): FrameAspect => ({
  code,
  name,
  type: 'integer',
  minimum,
  maximum,
})
const grade = (code: string, name: string, gradeSet: string): FrameAspect => ({
  code,
  name,
  type: 'grade',
  gradeSet,
})

/** Double awards run 99, 98, 88, 87 and so on down to 11; a double award is worth the mean of its two grades. */
const combined = Array.from({ length: 9 }, (_, at) => 9 - at).flatMap((high): [string, number][] =>
  high === 1
    ? [['11', 1]]
    : [
        [`${high}${high}`, high],
        [`${high}${high - 1}`, high - 0.5],
      ],
)

const goals = [
  'Listening, attention and understanding',
  'Speaking',
  'Self-regulation',
  'Managing self',
  'Building relationships',
  'Gross motor skills',
  'Fine motor skills',
  'Comprehension',
  'Word reading',
  'Writing',
  'Number',
  'Numerical patterns',
  'Past and present',
  'People, culture and communities',
  'The natural world',
  'Creating with materials',
  'Being imaginative and expressive',
]

export const frames: readonly Frame[] = [
  {
    name: 'eyfsp',
    title: 'Early years foundation stage profile',
    source: 'Standards and Testing Agency, EYFS profile handbook: 17 early learning goals',
    gradeSets: [
      {
        code: 'EYFSP',
        name: 'Early learning goals',
        validFrom: '2021-09-01',
        grades: graded([
          ['2', 2],
          ['1', 1],
          ['A', 0],
        ]),
      },
    ],
    aspects: goals.map((goal, at) => grade(`E${String(at + 1).padStart(2, '0')}`, goal, 'EYFSP')),
  },
  {
    name: 'phonics',
    title: 'Phonics screening check',
    source: 'Standards and Testing Agency, phonics screening check: 0 to 40',
    gradeSets: [
      {
        code: 'PHONICS',
        name: 'Phonics outcome',
        validFrom: '2012-09-01',
        grades: graded([
          ['Wa', 1],
          ['Wt', 0],
          ['A', 0],
          ['D', 0],
          ['L', 0],
          ['Q', 0],
        ]),
      },
    ],
    aspects: [
      integer('PHONICS-SCORE', 'Phonics score', 0, 40),
      grade('PHONICS-OUTCOME', 'Phonics outcome', 'PHONICS'),
    ],
  },
  {
    name: 'multiplication-check',
    title: 'Multiplication tables check',
    source: 'Standards and Testing Agency, multiplication tables check: 0 to 25',
    gradeSets: [
      {
        code: 'MTC',
        name: 'Why there is no score',
        validFrom: '2019-09-01',
        grades: ['A', 'B', 'J', 'L', 'U', 'Z', 'X', 'NAA', 'H', 'Q'].map((code) => ({
          grade: code,
          value: 0,
        })),
      },
    ],
    aspects: [
      integer('MTC-SCORE', 'Multiplication tables score', 0, 25),
      grade('MTC-REASON', 'Why there is no score', 'MTC'),
    ],
  },
  {
    name: 'key-stage-2',
    title: 'Key stage 2',
    source: 'Standards and Testing Agency: scaled scores 80 to 120 (100 expected) and teacher assessment',
    gradeSets: [
      {
        code: 'KS-TA',
        name: 'Teacher assessment',
        validFrom: '2018-09-01',
        grades: graded([
          ['GDS', 9],
          ['EXS', 8],
          ['WTS', 7],
          ['PK6', 6],
          ['PK5', 5],
          ['PK4', 4],
          ['PK3', 3],
          ['PK2', 2],
          ['PK1', 1],
          ['HNM', 0],
        ]),
      },
    ],
    aspects: [
      integer('KS2-READING', 'Reading scaled score', 80, 120),
      integer('KS2-MATHS', 'Mathematics scaled score', 80, 120),
      integer('KS2-GPS', 'Grammar, punctuation and spelling scaled score', 80, 120),
      grade('KS2-WRITING-TA', 'Writing teacher assessment', 'KS-TA'),
      grade('KS2-SCIENCE-TA', 'Science teacher assessment', 'KS-TA'),
    ],
  },
  {
    name: 'gcse',
    title: 'GCSE',
    source: 'Ofqual, GCSE 9 to 1; combined science 99 to 11',
    gradeSets: [
      {
        code: 'GCSE-9-1',
        name: 'GCSE 9 to 1',
        validFrom: '2017-09-01',
        grades: [
          ...Array.from({ length: 9 }, (_, at) => ({ grade: String(9 - at), value: 9 - at })),
          { grade: 'U', value: 0 },
        ],
      },
      {
        code: 'GCSE-COMBINED',
        name: 'Combined science 99 to 11',
        validFrom: '2018-09-01',
        grades: [...graded(combined), { grade: 'U', value: 0 }],
      },
    ],
    aspects: [
      grade('GCSE-ENGLISH-LANGUAGE', 'GCSE English language', 'GCSE-9-1'),
      grade('GCSE-ENGLISH-LITERATURE', 'GCSE English literature', 'GCSE-9-1'),
      grade('GCSE-MATHEMATICS', 'GCSE mathematics', 'GCSE-9-1'),
      grade('GCSE-COMBINED-SCIENCE', 'GCSE combined science', 'GCSE-COMBINED'),
    ],
  },
  {
    name: 'a-level',
    title: 'A level',
    source: 'Ofqual, A level A* to E, worth its UCAS tariff points',
    gradeSets: [
      {
        code: 'A-LEVEL',
        name: 'A level',
        validFrom: '2017-09-01',
        grades: graded([
          ['A*', 56],
          ['A', 48],
          ['B', 40],
          ['C', 32],
          ['D', 24],
          ['E', 16],
          ['U', 0],
        ]),
      },
    ],
    aspects: [],
  },
  {
    name: 'standardised-scores',
    title: 'Standardised scores',
    source: 'Standard age scores of mean 100 and standard deviation 15; reading age in years and months',
    gradeSets: [],
    aspects: [
      ...['Verbal', 'Quantitative', 'Non-verbal', 'Spatial'].map((battery) =>
        integer(`SAS-${battery.toUpperCase()}`, `${battery} reasoning standard age score`, 55, 145),
      ),
      { code: 'READING-AGE', name: 'Reading age', type: 'age' },
    ],
  },
]
