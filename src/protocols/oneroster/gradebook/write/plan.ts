import type { Fault } from '../../../../foundation/http/problems.ts'
import { newId } from '../../../../foundation/resource/rows.ts'
import type { Draft } from './draft.ts'
import type { Item } from './items.ts'
import { holds, type Own, type Place, placeKey, type StoredResults, type Written } from './stored-results.ts'
import { isResult, resultValue, type Scored } from './values.ts'

/** What a program says of a result. */
export type ResultBody = Scored & {
  /** Under either kind of line item, by the name of its property. */
  lineItem?: string
  assessmentLineItem?: string
  student: string
  class?: string
  scoreDate: string
  scoreScale?: string
  scorePercentile?: number
  learningObjectiveSet?: object
  inProgress?: boolean
  incomplete?: boolean
  late?: boolean
  missing?: boolean
  metadata?: object
}

/** A result that is to be written, with its line item. */
export interface Placed {
  draft: Draft<ResultBody>
  item: Item
  place: Place
}

/** What is to be done for one result. */
export interface Step extends Placed {
  sourcedId: string
  isNew: boolean
  before: Written | undefined
  /** The value of the school's result; null where there is none. */
  value: string | null
  /** Whether the value is to be put there: else it stands there already. */
  isPut: boolean
  /** The result that goes, since the program takes back what it put there. */
  removed: Own | undefined
}

/** Decides what is to be done; a sentence says why it cannot be. */
export function planned(placed: Placed, stored: StoredResults, day: string): Step | Fault {
  const { draft, item, place } = placed
  const key = placeKey(place)
  const [before, own] = [stored.written.get(key), stored.own.get(key)]
  const named = nameOf(placed, stored, { before, own })
  if ('message' in named) return named
  const step = { ...placed, ...named, before, isPut: false, removed: undefined }
  const value = resultValue(item, draft.body, day)
  if (value !== undefined) return { ...step, value, isPut: true }
  if (!own) return { ...step, value: null }
  if (before && before.value !== null && holds(before, own)) return { ...step, value: null, removed: own }
  // A remark to the school's own result leaves the result as it is.
  if (isResult(draft.body)) return { ...step, value: own.value }
  const message = `The school has recorded a result here, so it is not ${draft.body.scoreStatus}: change it there.`
  return { path: `${draft.path}/scoreStatus`, message }
}

type Named = Pick<Step, 'sourcedId' | 'isNew'>

function nameOf(
  { draft, place }: Placed,
  stored: StoredResults,
  { before, own }: { before: Written | undefined; own: Own | undefined },
): Named | Fault {
  const { sourcedId, isChosen, path } = draft
  const there = before?.sourcedId ?? own?.id
  const other =
    sourcedId === undefined ? undefined : (stored.writtenById.get(sourcedId) ?? stored.ownById.get(sourcedId))
  const isElsewhere = other !== undefined && placeKey(other) !== placeKey(place)
  if (isChosen && sourcedId !== undefined) {
    if (isElsewhere)
      return { path, message: 'A result stays with its student and line item: write another one.' }
    if (before && before.sourcedId !== sourcedId)
      return {
        path: `${path}/student`,
        message: `The student has the result ${before.sourcedId} here: write that one.`,
      }
    return { sourcedId, isNew: there !== sourcedId }
  }
  if (there !== undefined) return { sourcedId: there, isNew: false }
  return { sourcedId: sourcedId === undefined || other ? newId() : sourcedId, isNew: true }
}
