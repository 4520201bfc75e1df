import fc from 'fast-check'
import type { RosterClient, Row } from './oneroster-client.ts'
import type { Version } from './oneroster-schemas.ts'

/** How a property compares: of a list of ids or objects one value counts, other lists count as a whole. */
export type Comparing = 'number' | 'text' | 'exact' | 'day' | 'instant' | 'flag' | 'whole' | 'any'

export type Properties = Readonly<Record<string, Comparing>>

export interface Comparison {
  name: string
  operator: string
  value: string
}

/** What a filter means, evaluated over the objects as a client has them. */
export function keeps(row: Row, { name, operator, value }: Comparison, how: Comparing): boolean {
  if (how === 'any' || how === 'whole') return keepsList(listIn(row, name), operator, value, how)
  const [left, right] = [plainIn(row, name), value]
  if (left === undefined) return operator === '!='
  if (operator === '~') return left.toLowerCase().includes(right.toLowerCase())
  const order =
    how === 'number'
      ? Math.sign(Number(left) - Number(right))
      : compare(normal(left, how), normal(right, how))
  return {
    '=': order === 0,
    '!=': order !== 0,
    '<': order < 0,
    '<=': order <= 0,
    '>': order > 0,
    '>=': order >= 0,
  }[operator] as boolean
}

function keepsList(list: readonly string[], operator: string, value: string, how: Comparing): boolean {
  if (how === 'any') {
    if (operator === '~') return list.some((each) => each.toLowerCase().includes(value.toLowerCase()))
    return list.includes(value) === (operator === '=')
  }
  const named = value.split(',').map((each) => each.trim())
  const holds = named.every((each) => list.includes(each))
  if (operator === '~') return holds
  return (holds && list.every((each) => named.includes(each))) === (operator === '=')
}

/** Objects in the order of a property, those that lack it last; ids decide between equals. */
export function sorted(rows: readonly Row[], name: string | undefined, isDown: boolean): Row[] {
  const isNumber = rows.some((row) => name !== undefined && typeof row[name] === 'number')
  return rows.toSorted((a, b) => {
    const [left, right] = name ? [plainIn(a, name), plainIn(b, name)] : []
    const tie = compare(a.sourcedId, b.sourcedId)
    if (left === right) return tie
    if (left === undefined) return 1
    if (right === undefined) return -1
    const order = isNumber ? Math.sign(Number(left) - Number(right)) : compare(left, right)
    return (isDown ? -order : order) || tie
  })
}

/** What every object may be asked by. */
export const commonProperties: Properties = {
  sourcedId: 'exact',
  status: 'exact',
  dateLastModified: 'instant',
}

const normal = (text: string, how: Comparing) =>
  how === 'text'
    ? text.toLowerCase()
    : how === 'instant'
      ? new Date(text).toISOString()
      : how === 'day'
        ? text.slice(0, 10)
        : text

/** By code point, as PostgreSQL's "C" does. */
function compare(a: string, b: string): number {
  return Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

/** A text, or the id of a reference. */
function plainIn(row: Row, name: string): string | undefined {
  const [head = '', below] = name.split('.')
  const value = row[head]
  if (typeof value === 'number') return String(value)
  return typeof value === 'object' ? value[below ?? 'sourcedId'] : value
}

function listIn(row: Row, name: string): string[] {
  const [head = '', below = 'sourcedId'] = name.split('.')
  return (row[head] ?? []).map((each: Row) => (typeof each === 'object' ? each[below] : each))
}

const order = ['=', '!=', '<', '<=', '>', '>=']
const operators: Readonly<Record<Comparing, readonly string[]>> = {
  number: order,
  text: [...order, '~'],
  exact: [...order, '~'],
  day: order,
  instant: order,
  flag: ['=', '!='],
  whole: ['=', '!=', '~'],
  any: ['=', '!=', '~'],
}

/** Values that are there, parts and other spellings of them, and any text at all. */
function valueFor(rows: readonly Row[], name: string, how: Comparing): fc.Arbitrary<string> {
  const there = rows.flatMap((row) =>
    how === 'any' || how === 'whole' ? listIn(row, name) : [plainIn(row, name)],
  )
  const known = fc.constantFrom(...new Set(['', ...there.filter((each) => each !== undefined)]))
  const real = known.filter((each) => each !== '')
  if (how === 'flag') return fc.constantFrom('true', 'false')
  if (how === 'number') return fc.oneof(real, fc.constantFrom('0', '-1.5', '42', '1000000'))
  if (how === 'day') return fc.oneof(real, fc.constantFrom('2026-11-23', '2000-01-01'))
  if (how === 'instant')
    return fc.oneof(real, fc.constantFrom('2026-11-23', '2026-11-23T09:00:00Z', '2027-01-01'))
  const pieces = fc
    .tuple(known, fc.nat(4), fc.nat(8))
    .map(([text, from, size]) => text.slice(from, from + size))
  const free = fc.string({ unit: 'grapheme-ascii', maxLength: 8 })
  const awkward = fc.constantFrom(
    "O'Hare",
    "o'h",
    "x' OR status='active",
    "' AND status!='",
    '%',
    '_',
    '\\',
    "''",
    'a,b',
  )
  return fc.oneof(
    known,
    known.map((text) => text.toUpperCase()),
    pieces,
    free,
    awkward,
  )
}

/** One comparison that may be asked of these rows. */
export function comparison(rows: readonly Row[], properties: Properties): fc.Arbitrary<Comparison> {
  return fc.constantFrom(...Object.entries(properties)).chain(([name, how]) =>
    fc.record({
      name: fc.constant(name),
      operator: fc.constantFrom(...operators[how]),
      value: valueFor(rows, name, how),
    }),
  )
}

/** As a client writes it, inner quotes doubled. */
export const written = ({ name, operator, value }: Comparison): string =>
  `${name}${operator}'${value.replaceAll("'", "''")}'`

const runs = Number(process.env.FILTER_RUNS ?? 60)

/** Filters and sorts of a collection, however they are put together, give what a look at every object gives. */
export async function agreesWithNaive(
  client: RosterClient,
  version: Version,
  path: string,
  properties: Properties,
): Promise<void> {
  const rows = await client.rows(version, `${path}?limit=10000`)
  const sortable = Object.keys(properties).filter(
    (name) => !['any', 'whole'].includes(properties[name] ?? '') && !name.includes('.'),
  )
  const holds = (row: Row, each: Comparison) => keeps(row, each, properties[each.name] ?? 'text')
  const ids = (list: readonly Row[]) => list.map(({ sourcedId }) => sourcedId).join()
  await fc.assert(
    fc.asyncProperty(
      comparison(rows, properties),
      fc.option(fc.tuple(fc.constantFrom('AND', 'OR', 'and'), comparison(rows, properties))),
      fc.constantFrom(...sortable, undefined),
      fc.boolean(),
      async (one, more, sort, isDown) => {
        const filter = more ? `${written(one)} ${more[0]} ${written(more[1])}` : written(one)
        const order = sort && { sort, orderBy: isDown ? 'desc' : 'asc' }
        const query = new URLSearchParams({ limit: '10000', filter, ...order })
        const wanted = rows.filter((row) => {
          if (!more) return holds(row, one)
          return more[0] === 'OR'
            ? holds(row, one) || holds(row, more[1])
            : holds(row, one) && holds(row, more[1])
        })
        const found = await client.rows(version, `${path}?${query}`)
        if (ids(found) !== ids(sorted(wanted, sort, isDown)))
          throw new Error(`${version} ${path} ${filter} ${sort}: ${found.length} instead of ${wanted.length}`)
      },
    ),
    { numRuns: runs },
  )
}
