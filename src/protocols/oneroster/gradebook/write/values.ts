import { type GradeSetVersion, versionOn } from '../../../../records/assessment/rules.ts'

/** What a program says of a result, as far as a value is made of it. */
export interface Scored {
  scoreStatus: string
  score?: number
  textScore?: string
  comment?: string
}

/** Aspect of a result. */
export interface Measured {
  /** grade, integer, decimal, age or comment. */
  valueType: string
  versions: readonly GradeSetVersion[]
}

/** With these statuses there is no result, whatever number comes with them: work that never came is often sent as 0. */
const withoutResult = ['exempt', 'not submitted']
/** As many digits after the point as a result may have; programs send 66.66666666666667. */
const mostDecimals = 6

export const isResult = ({ scoreStatus }: Pick<Scored, 'scoreStatus'>): boolean =>
  !withoutResult.includes(scoreStatus)

/** The value of the school's result, or undefined where nothing is said that could be one. */
export function resultValue(aspect: Measured, scored: Scored, day: string): string | undefined {
  if (!isResult(scored)) return undefined
  const { score, textScore, comment } = scored
  switch (aspect.valueType) {
    case 'grade':
      return textScore ?? (score === undefined ? undefined : gradeWorth(aspect, score, day))
    case 'age':
      return textScore
    case 'comment':
      return textScore ?? comment
    default:
      return score === undefined ? undefined : numberText(score)
  }
}

/** The grade that is written like the number, else the only one that is worth it. */
function gradeWorth({ versions }: Measured, score: number, day: string): string {
  const grades = versionOn(versions, day)?.grades ?? []
  const written = numberText(score)
  if (grades.some(({ grade }) => grade === written)) return written
  const worth = grades.filter(({ value }) => value === score)
  return worth.length === 1 && worth[0] ? worth[0].grade : written
}

/** Without an exponent, and without a minus before nothing. */
function numberText(score: number): string {
  const rounded = Number(score.toFixed(mostDecimals))
  return rounded === 0 ? '0' : rounded.toFixed(mostDecimals).replace(/\.?0+$/, '')
}
