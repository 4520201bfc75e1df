import { isDate, isInstant } from '../../../foundation/time/days.ts'
import type { Field, Kind } from '../resource.ts'
import { Fault } from './failures.ts'

export type Operator = '=' | '!=' | '>' | '>=' | '<' | '<=' | '~'

/** One comparison, with its value as PostgreSQL takes it. */
export interface Clause {
  /** Column of the rows. */
  column: string
  /** `texts` is a list as a whole, `any` one of the values of a list. */
  kind: 'text' | 'exact' | 'number' | 'flag' | 'day' | 'instant' | 'texts' | 'any'
  operator: Operator
  value: string
}

export interface Filter {
  join: 'and' | 'or'
  clauses: readonly [Clause] | readonly [Clause, Clause]
}

const comparison = String.raw`([A-Za-z][\w.]*)\s*(!=|>=|<=|=|>|<|~)\s*'`
/** Between two clauses: a quote that ends the one, a word, and the beginning of another. */
const joint = new RegExp(String.raw`'\s+(AND|OR)\s+(?=${comparison})`, 'gi')
const wholeClause = new RegExp(String.raw`^\s*${comparison}([\s\S]*)'\s*$`)

/** Clauses whose inner quotes are all doubled can be read in one way only. */
const doubled = String.raw`[A-Za-z][\w.]*\s*(?:!=|>=|<=|=|>|<|~)\s*'(?:[^']|'')*'`
const strict = new RegExp(String.raw`^\s*(${doubled})(?:\s+(AND|OR)\s+(${doubled}))?\s*$`, 'i')

/**
 * `field op 'value'`, at most two joined by one AND or OR. A quote within a value is doubled, or stands alone where no
 * clause could begin behind it. Throws 400 invalid_filter_field with what was wrong.
 */
export function readFilter(text: string, fields: readonly Field[]): Filter {
  const [, one, word, other] = strict.exec(text) ?? []
  if (one !== undefined && other === undefined) return { join: 'and', clauses: [clauseOf(one, fields)] }
  if (one !== undefined && other !== undefined)
    return { join: joinOf(word), clauses: [clauseOf(one, fields), clauseOf(other, fields)] }
  return readLoosely(text, fields)
}

const joinOf = (word: string | undefined): Filter['join'] => (word?.toUpperCase() === 'OR' ? 'or' : 'and')

/** A quote, and behind it what looks like another comparison: too much for one value. */
const another = new RegExp(String.raw`'[^']*(?<![\w.])${comparison}`)

/** Clients forget to double: O'Hare. */
function readLoosely(text: string, fields: readonly Field[]): Filter {
  const joints = [...text.matchAll(joint)]
  if (joints.length === 0) return { join: 'and', clauses: [looseClause(text, fields)] }
  const [first, second] = joints
  if (!first || second) throw refused('A filter has at most two comparisons, joined by one AND or OR.')
  const left = text.slice(0, first.index + 1)
  const right = text.slice(first.index + first[0].length)
  return { join: joinOf(first[1]), clauses: [looseClause(left, fields), looseClause(right, fields)] }
}

function looseClause(text: string, fields: readonly Field[]): Clause {
  const value = wholeClause.exec(text)?.[3] ?? ''
  if (another.test(value))
    throw refused('Two comparisons are joined by AND or OR, and quotes in a value are doubled.')
  return clauseOf(text, fields)
}

function clauseOf(text: string, fields: readonly Field[]): Clause {
  const [, name = '', operator = '=', quoted = ''] = wholeClause.exec(text) ?? []
  if (name === '') throw refused(`"${text.slice(0, 60)}" is no comparison: write field='value'.`)
  const target = targetOf(name, fields)
  if (!target) throw refused(`There is no field ${name} to filter by.`)
  const value = quoted.replaceAll("''", "'")
  return {
    ...target,
    operator: operatorFor(target.kind, operator as Operator, name),
    value: storedValue(target.kind, value, name),
  }
}

function targetOf(name: string, fields: readonly Field[]): Pick<Clause, 'column' | 'kind'> | undefined {
  const whole = fields.find((field) => field.name === name)
  if (whole) return asCompared(whole.kind, whole.column)
  const [head = '', ...rest] = name.split('.')
  const field = fields.find((each) => each.name === head)
  const below = rest.join('.')
  if (field?.to && below === 'sourcedId') return asCompared(field.kind, field.column)
  const column = field?.below?.[below]
  return column === undefined ? undefined : { column, kind: 'any' }
}

function asCompared(kind: Kind, column: string): Pick<Clause, 'column' | 'kind'> | undefined {
  return kind === 'json' ? undefined : { column, kind: comparedAs[kind] }
}

const comparedAs: Readonly<Record<Exclude<Kind, 'json'>, Clause['kind']>> = {
  text: 'text',
  exact: 'exact',
  number: 'number',
  flag: 'flag',
  day: 'day',
  instant: 'instant',
  texts: 'texts',
  reference: 'exact',
  references: 'any',
}

const equality: readonly Operator[] = ['=', '!=']
const order: readonly Operator[] = [...equality, '>', '>=', '<', '<=']
const operators: Readonly<Record<Clause['kind'], readonly Operator[]>> = {
  text: [...order, '~'],
  exact: [...order, '~'],
  number: order,
  flag: equality,
  day: order,
  instant: order,
  texts: [...equality, '~'],
  any: [...equality, '~'],
}

function operatorFor(kind: Clause['kind'], operator: Operator, name: string): Operator {
  if (operators[kind].includes(operator)) return operator
  throw refused(`${name} cannot be compared with ${operator}; use one of ${operators[kind].join(' ')}.`)
}

function storedValue(kind: Clause['kind'], value: string, name: string): string {
  if (value.includes('\0') || !value.isWellFormed())
    throw refused(`The value of ${name} holds a character that no text has.`)
  if (kind === 'number' && !/^-?\d{1,15}(\.\d{1,9})?$/.test(value))
    throw refused(`${name} is compared with a number.`)
  if (kind === 'flag' && !/^(true|false)$/i.test(value)) throw refused(`${name} is 'true' or 'false'.`)
  if (kind === 'day') return dayOf(value, name)
  if (kind === 'instant') return instantOf(value, name)
  return value
}

function dayOf(value: string, name: string): string {
  const day = value.slice(0, 10)
  if (isDate(day) && (value.length === 10 || isInstant(value))) return day
  throw refused(`${name} is compared with a day such as 2026-11-23.`)
}

/** A bare date is its first moment in UTC; an instant without a zone is taken as UTC. */
function instantOf(value: string, name: string): string {
  const whole = isDate(value)
    ? `${value}T00:00:00Z`
    : /T[\d:.]+$/.test(value)
      ? `${value}Z`
      : value.replace(/ (\d\d:?\d\d)$/, '+$1')
  if (isInstant(whole)) return new Date(whole).toISOString()
  throw refused(`${name} is compared with an instant such as 2026-11-23T09:00:00.000Z, or a day.`)
}

const refused = (description: string) => new Fault(400, 'invalid_filter_field', description)
