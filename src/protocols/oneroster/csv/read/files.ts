import { csvFiles } from '../export/columns.ts'

/** What an import asks of a file: columns that must be there, and cells that may not be empty. */
export interface FileShape {
  required: readonly string[]
  filled: readonly string[]
}

const all = (...columns: readonly string[]): FileShape => ({ required: columns, filled: columns })

/** The files that are imported, of OneRoster 1.1 and 1.2 together: whatever else one of them knows is optional. */
export const shapes = {
  orgs: all('sourcedId', 'name', 'type'),
  academicsessions: all('sourcedId', 'title', 'type', 'startDate', 'endDate'),
  courses: all('sourcedId', 'title'),
  classes: {
    required: ['sourcedId', 'title', 'courseSourcedId', 'schoolSourcedId', 'termSourcedIds'],
    filled: ['sourcedId', 'title', 'schoolSourcedId'],
  },
  users: all('sourcedId', 'givenName', 'familyName'),
  roles: {
    required: ['sourcedId', 'userSourcedId', 'role', 'orgSourcedId'],
    filled: ['sourcedId', 'userSourcedId', 'role'],
  },
  enrollments: all('sourcedId', 'classSourcedId', 'userSourcedId', 'role'),
  demographics: all('sourcedId'),
  categories: all('sourcedId', 'title'),
  lineitems: all('sourcedId', 'title', 'classSourcedId', 'categorySourcedId'),
  results: all('sourcedId', 'lineItemSourcedId', 'studentSourcedId', 'scoreStatus'),
  scorescales: all('sourcedId', 'title', 'type', 'classSourcedId', 'scoreScaleValue'),
  lineitemscorescales: all('sourcedId', 'lineItemSourcedId', 'scoreScaleSourcedId'),
  resultscorescales: all('sourcedId', 'resultSourcedId', 'scoreScaleSourcedId'),
  lineitemlearningobjectiveids: all('sourcedId', 'lineItemSourcedId', 'learningObjectiveId', 'source'),
  resultlearningobjectiveids: all('sourcedId', 'resultSourcedId', 'learningObjectiveId', 'source'),
} as const satisfies Record<string, FileShape>

export type FileName = keyof typeof shapes

/** Spellings that are met with in the field. */
const strayColumns: Partial<Record<FileName, readonly string[]>> = { demographics: ['birthdate'] }

/** Every column of a file that either version knows, as the export writes them. */
export function columnsKnown(name: FileName): readonly string[] {
  const files = Object.values(csvFiles).flat()
  const known = files.filter((file) => file.name.toLowerCase() === name)
  const titles = known.flatMap(({ columns }) => columns.map(([title]) => title))
  return [...new Set([...shapes[name].required, ...titles, ...(strayColumns[name] ?? [])])]
}

/** Without these there is no school to import, unless the manifest calls the archive a delta. The others are optional. */
export const neededFiles: readonly FileName[] = [
  'orgs',
  'academicsessions',
  'courses',
  'classes',
  'users',
  'enrollments',
]

/** Files of the standard that this import has no place for. */
export const knownElsewhere: readonly string[] = [
  'userprofiles',
  'resources',
  'classresources',
  'courseresources',
  'userresources',
]

/** How each file writes its name, where that is not in small letters. */
export const spelling: Readonly<Record<string, string>> = {
  academicsessions: 'academicSessions',
  lineitems: 'lineItems',
  scorescales: 'scoreScales',
  lineitemscorescales: 'lineItemScoreScales',
  resultscorescales: 'resultScoreScales',
  lineitemlearningobjectiveids: 'lineItemLearningObjectiveIds',
  resultlearningobjectiveids: 'resultLearningObjectiveIds',
}
