import { type Command, InvalidArgumentError, Option } from 'commander'
import { isDate } from '../foundation/time/days.ts'
import { lawfulBases, type Screening, screeningQuestions, type Terms } from '../operations/apps/rules.ts'

/** Terms that may be said one by one. */
export interface TermsOptions {
  purpose?: string
  lawfulBasis?: Terms['lawfulBasis']
  retention?: string
  screening?: Screening
  reviewOn?: string
  expiresOn?: string
  safeguards?: string
  assessment?: string
}

/** The questions that are answered with yes; whoever says `none` has looked at all of them. */
export function screeningOf(text: string): Screening {
  const names = Object.keys(screeningQuestions)
  const yes = text === 'none' ? [] : text.split(/[\s,]+/).filter(Boolean)
  if (text.trim() === '' || yes.some((name) => !names.includes(name)))
    throw new InvalidArgumentError(`Say none, or which of these are so: ${names.join(', ')}.`)
  return Object.fromEntries(names.map((name) => [name, yes.includes(name)])) as Screening
}

export function day(text: string): string {
  if (isDate(text)) return text
  throw new InvalidArgumentError('A day is written YYYY-MM-DD.')
}

/** The options that say terms; none of them is needed. */
export function addTermsOptions(command: Command): Command {
  return command
    .option('--purpose <text>', 'what the app is used for')
    .addOption(new Option('--lawful-basis <basis>', 'UK GDPR, Article 6(1)').choices([...lawfulBases]))
    .option('--retention <text>', 'how long the app keeps data')
    .option('--screening <answers>', 'what is so of the app, separated by commas, or "none"', screeningOf)
    .option('--review-on <day>', 'when the school looks at it again', day)
    .option('--expires-on <day>', 'last day; at most twelve months ahead', day)
    .option('--safeguards <text>', 'needed when the screening says medium or high')
    .option('--assessment <reference>', 'where the full assessment is kept; needed when it says high')
}

/** The terms that were said. */
export function termsIn({ assessment, ...options }: TermsOptions): Partial<Terms> {
  const { purpose, lawfulBasis, retention, screening, reviewOn, expiresOn, safeguards } = options
  return {
    ...(purpose !== undefined && { purpose }),
    ...(lawfulBasis && { lawfulBasis }),
    ...(retention !== undefined && { retention }),
    ...(screening && { screening }),
    ...(reviewOn !== undefined && { reviewOn }),
    ...(expiresOn !== undefined && { expiresOn }),
    ...(safeguards !== undefined && { safeguards }),
    ...(assessment !== undefined && { assessmentReference: assessment }),
  }
}
