import type { Actor, Database, Query, TextRow } from '../../../foundation/db/transaction.ts'
import { readTogether } from '../../../foundation/db/transaction.ts'
import { addDays } from '../../../foundation/time/days.ts'
import type { DayRange } from '../../../foundation/time/range.ts'
import { crossedBy } from '../work-lists/thresholds.ts'
import { readDeletions, readNamed, readNewPupils } from './queries.ts'

/** Days within which a new pupil is returned (SI 2024/208, regulation 13(1)). */
const daysForNewPupil = 5

function named([pupilId, legalGivenName, legalFamilyName, yearGroup]: TextRow) {
  return {
    pupilId: pupilId as string,
    legalGivenName,
    legalFamilyName,
    yearGroup: Number(yearGroup),
  }
}

export async function newPupils(db: Database, who: Actor, range: DayRange) {
  const rows = await only(db, who, { query: readNewPupils, values: { ...range } })
  return rows.map((row) => {
    const [, , , , startedOn, enrolmentStatus, isExempt] = row as string[]
    return {
      ...named(row),
      startedOn,
      enrolmentStatus,
      dueOn: addDays(startedOn as string, daysForNewPupil),
      isExempt: isExempt === 't',
    }
  })
}

export async function deletions(db: Database, who: Actor, range: DayRange) {
  const rows = await only(db, who, { query: readDeletions, values: { ...range } })
  return rows.map((row) => {
    const [, , , , deletedOn, leavingReason = null, destination = null] = row
    return { ...named(row), deletedOn, dueOn: deletedOn, leavingReason, destination }
  })
}

export async function sickness(db: Database, who: Actor, date: string | undefined) {
  const crossed = await crossedBy(db, who, date, 'fifteen-days-of-illness')
  const pupils = crossed.map(({ pupilId }) => pupilId)
  const names = new Map(
    (await only(db, who, { query: readNamed, values: { pupils } })).map((row) => [row[0], row]),
  )
  return crossed.flatMap(({ pupilId, reachedOn, sessions }) => {
    const row = names.get(pupilId)
    return row ? [{ ...named(row), reachedOn, schoolDays: sessions / 2 }] : []
  })
}

async function only(db: Database, who: Actor, query: Query): Promise<TextRow[]> {
  return (await readTogether(db, who, [query]))[0] ?? []
}
