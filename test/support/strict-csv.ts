import { type CsvRow, readCsv } from './zip.ts'

/** The headers of 1EdTech OneRoster 1.1 and 1.2 CSV, behind sourcedId, status and dateLastModified; extensions last. */
const both = {
  academicSessions: 'title,type,startDate,endDate,parentSourcedId,schoolYear',
  classes:
    'title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods',
  courses: 'schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes',
  demographics:
    'birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus',
  enrollments: 'classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate',
  orgs: 'name,type,identifier,parentSourcedId',
}

export const headers: Readonly<Record<'1.1' | '1.2', Readonly<Record<string, string>>>> = {
  '1.1': {
    ...both,
    categories: 'title,metadata.json',
    lineItems:
      'title,description,assignDate,dueDate,classSourcedId,categorySourcedId,gradingPeriodSourcedId,resultValueMin,resultValueMax,metadata.json',
    results: 'lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,metadata.json',
    users:
      'enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password',
  },
  '1.2': {
    ...both,
    categories: 'title,weight,metadata.json',
    lineItemLearningObjectiveIds: 'lineItemSourcedId,source,learningObjectiveId',
    lineItems:
      'title,description,assignDate,dueDate,classSourcedId,categorySourcedId,academicSessionSourcedId,resultValueMin,resultValueMax,schoolSourcedId,metadata.json',
    lineItemScoreScales: 'title,lineItemSourcedId,scoreScaleSourcedId',
    resultLearningObjectiveIds: 'resultSourcedId,source,learningObjectiveId,score,textScore',
    results:
      'lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore,classSourcedId,inProgress,incomplete,late,missing,metadata.json',
    resultScoreScales: 'title,resultSourcedId,scoreScaleSourcedId',
    roles: 'userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId',
    scoreScales: 'title,type,orgSourcedId,courseSourcedId,classSourcedId,scoreScaleValue,metadata.json',
    users:
      'enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns',
  },
}

/** Files that a school has none of. */
export const never: Readonly<Record<'1.1' | '1.2', readonly string[]>> = {
  '1.1': ['classResources', 'courseResources', 'resources'],
  '1.2': ['classResources', 'courseResources', 'resources', 'userProfiles', 'userResources'],
}

/** Columns that are never empty. */
const filled: Readonly<Record<string, string>> = {
  academicSessions: 'title type startDate endDate schoolYear',
  categories: 'title',
  classes: 'title courseSourcedId classType schoolSourcedId termSourcedIds',
  courses: 'title orgSourcedId',
  demographics: '',
  enrollments: 'classSourcedId schoolSourcedId userSourcedId role',
  lineItems: 'title assignDate dueDate classSourcedId categorySourcedId',
  lineItemLearningObjectiveIds: 'lineItemSourcedId source learningObjectiveId',
  lineItemScoreScales: 'lineItemSourcedId scoreScaleSourcedId',
  orgs: 'name type',
  results: 'lineItemSourcedId studentSourcedId scoreStatus scoreDate',
  resultLearningObjectiveIds: 'resultSourcedId source learningObjectiveId',
  resultScoreScales: 'resultSourcedId scoreScaleSourcedId',
  roles: 'userSourcedId roleType role orgSourcedId',
  scoreScales: 'title type classSourcedId scoreScaleValue',
  users: 'enabledUser username givenName familyName',
}

/** Column, in whatever file -> the file in which its ids are. */
const leads: Readonly<Record<string, string>> = {
  parentSourcedId: 'academicSessions',
  courseSourcedId: 'courses',
  schoolSourcedId: 'orgs',
  orgSourcedId: 'orgs',
  orgSourcedIds: 'orgs',
  primaryOrgSourcedId: 'orgs',
  termSourcedIds: 'academicSessions',
  academicSessionSourcedId: 'academicSessions',
  gradingPeriodSourcedId: 'academicSessions',
  classSourcedId: 'classes',
  userSourcedId: 'users',
  studentSourcedId: 'users',
  agentSourcedIds: 'users',
  categorySourcedId: 'categories',
  lineItemSourcedId: 'lineItems',
  resultSourcedId: 'results',
  scoreScaleSourcedId: 'scoreScales',
}

const day = /^\d{4}-\d{2}-\d{2}$/
const flag = /^(true|false)$/
const number = /^-?\d+(\.\d+)?$/
const forms: Readonly<Record<string, RegExp>> = {
  startDate: day,
  endDate: day,
  beginDate: day,
  birthDate: day,
  assignDate: day,
  dueDate: day,
  scoreDate: day,
  schoolYear: /^\d{4}$/,
  enabledUser: flag,
  primary: flag,
  inProgress: flag,
  incomplete: flag,
  late: flag,
  missing: flag,
  score: number,
  weight: number,
  resultValueMin: number,
  resultValueMax: number,
  classType: /^(scheduled|homeroom)$/,
  roleType: /^(primary|secondary)$/,
  sex: /^(male|female|unspecified)$/,
  scoreStatus: /^(exempt|fully graded|not submitted|partially graded|submitted|ext:[\w.-]+)$/,
  source: /^(case|unknown)$/,
  userIds: /^\{\w+:[^{}]+\}(,\{\w+:[^{}]+\})*$/,
  scoreScaleValue: /^\{[^{}:]+:[^{}]+\}(,\{[^{}:]+:[^{}]+\})*$/,
  status: /^(active|tobedeleted)$/,
  dateLastModified: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
}
const words: Readonly<Record<string, RegExp>> = {
  'enrollments.role': /^(administrator|aide|proctor|student|teacher|ext:aide)$/,
  'roles.role': /^(aide|guardian|student|teacher)$/,
  'users.role': /^(aide|guardian|student|teacher)$/,
  'orgs.type': /^(district|department|school|local|state|national)$/,
  'academicSessions.type': /^(gradingPeriod|semester|schoolYear|term)$/,
}

export interface Roster {
  manifest: Readonly<Record<string, string>>
  files: ReadonlyMap<string, readonly CsvRow[]>
}

/** Reads an export as a validator would; every fault is a sentence. */
export function readStrictly(
  texts: ReadonlyMap<string, string>,
  version: '1.1' | '1.2',
  mode: 'bulk' | 'delta',
): { roster: Roster; faults: string[] } {
  const rows = readCsv(texts.get('manifest.csv') ?? '\r\n').rows
  const manifest = Object.fromEntries(rows.map(({ propertyName = '', value = '' }) => [propertyName, value]))
  const faults: string[] = []
  if ([...texts.keys()][0] !== 'manifest.csv') faults.push('the manifest is not the first file')
  const files = new Map<string, readonly CsvRow[]>()
  const known = [...Object.keys(headers[version]), ...never[version]]
  for (const name of known) {
    const text = texts.get(`${name}.csv`)
    const said = manifest[`file.${name}`]
    if (said !== (text === undefined ? 'absent' : mode)) faults.push(`the manifest says ${said} of ${name}`)
    if (text === undefined) continue
    const { header, rows: found } = readCsv(text)
    if (header.join() !== `sourcedId,status,dateLastModified,${headers[version][name]}`)
      faults.push(`${name} has the header ${header.join()}`)
    files.set(name, found)
    faults.push(...found.flatMap((row) => rowFaults(name, row, mode)))
    if (new Set(found.map(({ sourcedId }) => sourcedId)).size < found.length)
      faults.push(`${name}: an id twice`)
  }
  if (texts.size !== files.size + 1) faults.push(`files besides the standard: ${[...texts.keys()].join()}`)
  if (mode === 'bulk') faults.push(...danglingIn(files))
  return { roster: { manifest, files }, faults }
}

function rowFaults(file: string, row: CsvRow, mode: 'bulk' | 'delta'): string[] {
  const place = `${file} ${row.sourcedId}`
  const needed = ['sourcedId', ...(filled[file] ?? '').split(' ').filter(Boolean)]
  const dated = ['status', 'dateLastModified']
  return [
    ...[...needed, ...(mode === 'delta' ? dated : [])]
      .filter((name) => row[name] === '')
      .map((name) => `${place}: no ${name}`),
    ...(mode === 'bulk' ? dated.filter((name) => row[name] !== '').map((name) => `${place}: a ${name}`) : []),
    ...Object.entries(row).flatMap(([name, cell]) => {
      const form = words[`${file}.${name}`] ?? forms[name]
      return cell === '' || !form || form.test(cell) ? [] : [`${place}: ${name} is ${cell}`]
    }),
  ]
}

/** Of files that are there, every id that is referred to. */
function danglingIn(files: ReadonlyMap<string, readonly CsvRow[]>): string[] {
  const ids = new Map(
    [...files].map(([name, rows]) => [name, new Set(rows.map(({ sourcedId }) => sourcedId))]),
  )
  return [...files].flatMap(([name, rows]) =>
    rows.flatMap((row) =>
      Object.entries(row).flatMap(([column, cell]) => {
        const to = ids.get(leads[column] ?? '')
        return to === undefined || cell === ''
          ? []
          : (column.endsWith('Ids') ? cell.split(',') : [cell]).flatMap((id) =>
              to.has(id) ? [] : [`${name} ${row.sourcedId}: ${column} leads nowhere`],
            )
      }),
    ),
  )
}
