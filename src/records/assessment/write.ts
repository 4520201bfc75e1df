import type { Static } from '@sinclair/typebox'
import type { TextRow, Tx } from '../../foundation/db/transaction.ts'
import { type Fault, refuse } from '../../foundation/http/problems.ts'
import type { BatchOutcome } from '../../foundation/resource/mounts/batch.ts'
import { newId } from '../../foundation/resource/rows.ts'
import { today } from '../../foundation/time/clock.ts'
import {
  insertResults,
  lockResults,
  readAspects,
  readResultSets,
  updateResults,
} from './result-statements.ts'
import {
  type Aspect,
  faultOfResult,
  faultOfWriting,
  type GradeSetVersion,
  numericValueOf,
  versionOn,
} from './rules.ts'
import type { NewResult } from './schema.ts'

type New = Static<typeof NewResult>
type Version = GradeSetVersion & { id: string }
interface KnownAspect extends Aspect {
  versions: Version[]
}
interface KnownSet {
  opensOn: string
  closesOn: string
  lockedAt: string | null
}

/** A row of a batch, judged. */
interface Judged {
  item: New
  number: number | null
  version: string | null
}

const placeOf = ({ pupilId, aspectId, resultSetId, type }: New) =>
  `${pupilId} ${aspectId} ${resultSetId} ${type}`
const unique = (values: string[]) => [...new Set(values)]

/** Writes many results: new ones are stored, others changed, equal ones left. Five statements, whatever the number of rows. */
export async function putResults(
  tx: Tx,
  items: readonly New[],
  pathOf: (at: number) => string = (at) => `/items/${at}`,
): Promise<BatchOutcome[]> {
  const named = {
    pupils: unique(items.map(({ pupilId }) => pupilId)),
    aspects: unique(items.map(({ aspectId }) => aspectId)),
    sets: unique(items.map(({ resultSetId }) => resultSetId)),
  }
  const [aspectRows, setRows, stored] = await Promise.all([
    tx.rows(readAspects, named),
    tx.rows(readResultSets, named),
    tx.rows(lockResults, named),
  ])
  const judged = judge(items, aspectsFrom(aspectRows), setsFrom(setRows), today(tx.clock), pathOf)
  const known = new Map(
    stored.map((row) => [row.slice(1, 5).join(' '), { id: row[0] as string, value: row[5] as string }]),
  )
  const plan = judged.map((each) => {
    const before = known.get(placeOf(each.item))
    const action = !before ? 'created' : before.value === each.item.value ? 'unchanged' : 'changed'
    return { ...each, id: before?.id ?? newId(), action } as const
  })
  await Promise.all([
    store(
      tx,
      insertResults,
      plan.filter(({ action }) => action === 'created'),
    ),
    store(
      tx,
      updateResults,
      plan.filter(({ action }) => action === 'changed'),
    ),
  ])
  return plan.map(({ id, action, item }) => ({ id, action, pupilId: item.pupilId, fields: ['value'] }))
}

/** Why results of these sets may not be written today: set -> sentence. */
export async function closedSets(tx: Tx, sets: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const known = setsFrom(await tx.rows(readResultSets, { sets }))
  const closed = [...known].map(([id, set]) => [id, faultOfWriting(set, today(tx.clock))] as const)
  return new Map(closed.filter((each): each is readonly [string, string] => each[1] !== undefined))
}

async function store(
  tx: Tx,
  statement: typeof insertResults,
  rows: readonly (Judged & { id: string })[],
): Promise<void> {
  if (rows.length === 0) return
  await tx.rows(statement, {
    at: tx.clock.now().toISOString(),
    by: tx.actor,
    ids: rows.map(({ id }) => id),
    pupils: rows.map(({ item }) => item.pupilId),
    aspects: rows.map(({ item }) => item.aspectId),
    sets: rows.map(({ item }) => item.resultSetId),
    types: rows.map(({ item }) => item.type),
    values: rows.map(({ item }) => item.value),
    numbers: rows.map(({ number }) => number),
    versions: rows.map(({ version }) => version),
  })
}

/** Every fault of every row at once; what is left is fit to be stored. */
function judge(
  items: readonly New[],
  aspects: ReadonlyMap<string, KnownAspect>,
  sets: ReadonlyMap<string, KnownSet>,
  day: string,
  pathOf: (at: number) => string,
): Judged[] {
  const faults: Fault[] = []
  const seen = new Set<string>()
  const judged = items.map((item, at) => {
    const fault = (name: string, message: string | undefined) => {
      if (message !== undefined) faults.push({ path: `${pathOf(at)}/${name}`, message })
    }
    if (seen.has(placeOf(item))) fault('type', 'The same result stands twice in this request.')
    seen.add(placeOf(item))
    const set = sets.get(item.resultSetId)
    fault('resultSetId', set ? faultOfWriting(set, day) : 'There is no such result set.')
    const aspect = aspects.get(item.aspectId)
    if (!aspect) fault('aspectId', 'There is no such aspect.')
    const version = aspect && versionOn(aspect.versions, day)
    if (aspect) fault('value', faultOfResult(aspect, version, item.value))
    const number = aspect ? numericValueOf(aspect, version, item.value) : null
    return { item, number, version: aspect?.type === 'grade' ? (version?.id ?? null) : null }
  })
  refuse(faults)
  return judged
}

function aspectsFrom(rows: readonly TextRow[]): Map<string, KnownAspect> {
  const number = (text: string | null | undefined) => (text == null ? null : Number(text))
  return new Map(
    rows.map(([id, type, minimum, maximum, decimals, versions]) => [
      id as string,
      {
        type: type as string,
        minimum: number(minimum),
        maximum: number(maximum),
        decimals: number(decimals),
        versions: JSON.parse(versions as string) as Version[],
      },
    ]),
  )
}

function setsFrom(rows: readonly TextRow[]): Map<string, KnownSet> {
  return new Map(
    rows.map(([id, opensOn, closesOn, lockedAt]) => [
      id as string,
      { opensOn: opensOn as string, closesOn: closesOn as string, lockedAt: lockedAt ?? null },
    ]),
  )
}
