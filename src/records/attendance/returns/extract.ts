import { stringify } from 'csv-stringify/sync'
import type { TextRow } from '../../../foundation/db/transaction.ts'
import type { Mark } from '../packing.ts'
import { expand } from '../packing.ts'

/**
 * Columns of the daily attendance extract, in order: the items of Department for Education, Share your daily school
 * attendance data, for each pupil and session. Whether a pupil was looked after before is not recorded here, and
 * comments are never sent.
 */
export const extractColumns = [
  'SchoolURN',
  'LACode',
  'UPN',
  'Surname',
  'Forename',
  'Sex',
  'DateOfBirth',
  'Ethnicity',
  'NCYearGroup',
  'SENSupport',
  'EHCPlan',
  'FreeSchoolMeals',
  'LookedAfter',
  'EnrolmentStatus',
  'EntryDate',
  'LeavingDate',
  'AttendanceDate',
  'Session',
  'AttendanceCode',
] as const

const yes = (isSo: boolean) => (isSo ? 'Y' : 'N')

/** CSV (RFC 4180) with a header; a cell that a spreadsheet would run as a formula is quoted against it. */
export function extractOf(rows: readonly TextRow[]): string {
  const lines = rows.flatMap((row) => {
    const [startsOn, marks] = row.slice(16) as [string, string]
    const pupil = pupilColumns(row)
    return expand(marks, startsOn).map(({ date, session, code }: Mark) => [...pupil, date, session, code])
  })
  return stringify([[...extractColumns], ...lines], { record_delimiter: '\r\n', escape_formulas: true })
}

function pupilColumns(row: TextRow): (string | null)[] {
  const [, urn, la, upn, family, given, sex, birthDate, ethnicity, yearGroup, sen, meals, care, ...roll] = row
  const [status, enteredOn, leftOn] = roll
  return [
    urn ?? null,
    la ?? null,
    upn ?? null,
    family ?? null,
    given ?? null,
    sex ?? null,
    birthDate ?? null,
    ethnicity ?? null,
    yearGroup ?? null,
    yes(sen === 'K'),
    yes(sen === 'E'),
    yes(meals === 't'),
    yes(care === 't'),
    status ?? null,
    enteredOn ?? null,
    leftOn ?? null,
  ]
}
