/** What a file of School Data Sync holds: our word for a column, and every heading under which it is known. */
export interface SdsShape {
  /** As Microsoft writes the name of the file. */
  label: string
  columns: Readonly<Record<string, readonly string[]>>
  /** Columns without which the archive is refused. */
  required: readonly string[]
  /** Cells without which a row is refused; columns among them that are not required may be missing. */
  filled: readonly string[]
  /** Columns that Microsoft documents and that have no place here. */
  unused: readonly string[]
}

/** The UK files call the same columns by other names, and a school by its DfE number. */
const personId = ['SIS ID', 'ID']
const schoolOfRow = ['School SIS ID', 'School DfE Number', 'School ID']

const person = {
  id: personId,
  school: schoolOfRow,
  givenName: ['First Name'],
  middleName: ['Middle Name'],
  familyName: ['Last Name'],
  username: ['Username'],
  email: ['Secondary Email'],
  status: ['Status'],
}
const personNeeds = ['id', 'school', 'givenName', 'familyName']

const roster = {
  columns: { section: ['Section SIS ID', 'Section ID'], person: personId },
  required: ['section', 'person'],
  filled: ['section', 'person'],
  unused: [],
}

/** V1 in both vocabularies (learn.microsoft.com/schooldatasync/sds-v1-csv-file-format; samples in UK format). */
export const v1Shapes = {
  school: {
    label: 'School',
    columns: {
      id: ['SIS ID', 'DfE Number', 'School DfE Number', 'ID'],
      name: ['Name', 'School Name'],
      dfe: ['DfE Number', 'School DfE Number'],
      number: ['School Number'],
    },
    required: ['id', 'name'],
    filled: ['id', 'name'],
    unused: [
      ...['School NCES_ID', 'State ID', 'Grade Low', 'Grade High', 'Principal SIS ID', 'Principal Name'],
      ...['Principal Secondary Email', 'Address', 'City', 'State', 'Country', 'Postal Code', 'Phone', 'Zone'],
    ],
  },
  section: {
    label: 'Section',
    columns: {
      id: ['SIS ID', 'ID', 'Section SIS ID', 'Section ID'],
      school: schoolOfRow,
      name: ['Section Name'],
      number: ['Section Number'],
      term: ['Term SIS ID', 'Term ID'],
      termName: ['Term Name'],
      termStart: ['Term StartDate'],
      termEnd: ['Term EndDate'],
      course: ['Course SIS ID', 'Course ID'],
      courseName: ['Course Name'],
      courseNumber: ['Course Number'],
      subject: ['Course Subject'],
      status: ['Status'],
    },
    required: ['id', 'school', 'name'],
    filled: ['id', 'school', 'name'],
    unused: ['Course Description', 'Periods'],
  },
  student: {
    label: 'Student',
    columns: { ...person, number: ['Student Number'], grade: ['Grade'], birthDate: ['Birthdate'] },
    required: personNeeds,
    filled: personNeeds,
    unused: [
      'State ID',
      'Graduation Year',
      'Mailing Address',
      'Mailing City',
      'Mailing State',
      'Mailing Zip',
    ],
  },
  teacher: {
    label: 'Teacher',
    columns: { ...person, number: ['Teacher Number'] },
    required: personNeeds,
    filled: personNeeds,
    unused: ['State ID', 'Title', 'Qualification', 'Grade'],
  },
  studentenrollment: { label: 'StudentEnrollment', ...roster },
  teacherroster: { label: 'TeacherRoster', ...roster },
} as const satisfies Record<string, SdsShape>

/** LAESTAB is the local authority's three digits and the school's four, URN six digits. */
const dfeNumber = /^(\d{3}\/?\d{4}|\d{6})$/
/** What the Department for Education knows a school by, out of the numbers that a file has for it. */
export const dfeNumberOf = (...numbers: string[]) => numbers.find((each) => dfeNumber.test(each))

/** Columns whose headings are our words for them. */
const asNamed = (...words: string[]) => Object.fromEntries(words.map((word) => [word, [word]]))

/** V2.1 (learn.microsoft.com/schooldatasync/sds-v2.1-csv-file-format). */
export const v21Shapes = {
  orgs: {
    label: 'orgs',
    columns: asNamed('sourcedId', 'name', 'type', 'parentSourcedId'),
    required: ['sourcedId', 'name', 'type'],
    filled: ['sourcedId', 'name', 'type'],
    unused: [],
  },
  users: {
    label: 'users',
    columns: {
      ...asNamed('sourcedId', 'username', 'givenName', 'middleName', 'familyName', 'email', 'phone', 'sms'),
      ...asNamed('preferredGivenName', 'preferredFamilyName', 'grade'),
    },
    required: ['sourcedId', 'givenName', 'familyName'],
    filled: ['sourcedId', 'givenName', 'familyName'],
    unused: ['activeDirectoryMatchId', 'preferredMiddleName'],
  },
  roles: {
    label: 'roles',
    columns: asNamed(
      ...['userSourcedId', 'orgSourcedId', 'role', 'grade', 'isPrimary', 'roleStartDate', 'roleEndDate'],
    ),
    required: ['userSourcedId', 'orgSourcedId', 'role'],
    filled: ['userSourcedId', 'orgSourcedId', 'role'],
    unused: ['sessionSourcedId', 'sessionSourcedIds'],
  },
  classes: {
    label: 'classes',
    columns: asNamed(
      ...['sourcedId', 'orgSourcedId', 'title', 'sessionSourcedIds', 'courseSourcedId', 'code'],
    ),
    required: ['sourcedId', 'orgSourcedId', 'title'],
    filled: ['sourcedId', 'orgSourcedId', 'title'],
    unused: [],
  },
  enrollments: {
    label: 'enrollments',
    columns: asNamed('classSourcedId', 'userSourcedId', 'role'),
    required: ['classSourcedId', 'userSourcedId', 'role'],
    filled: ['classSourcedId', 'userSourcedId', 'role'],
    unused: [],
  },
  academicsessions: {
    label: 'academicSessions',
    columns: asNamed('sourcedId', 'title', 'type', 'startDate', 'endDate'),
    required: ['sourcedId', 'title', 'type', 'startDate', 'endDate'],
    filled: ['sourcedId', 'title', 'type', 'startDate', 'endDate'],
    unused: ['schoolYear'],
  },
  courses: {
    label: 'courses',
    columns: asNamed('sourcedId', 'orgSourcedId', 'title', 'code'),
    required: ['sourcedId', 'orgSourcedId', 'title'],
    filled: ['sourcedId', 'title'],
    unused: ['schoolYearSourcedId', 'subject', 'grade'],
  },
  demographics: {
    label: 'demographics',
    columns: asNamed('userSourcedId', 'sex', 'birthDate'),
    required: ['userSourcedId'],
    filled: ['userSourcedId'],
    unused: ['birthCity', 'birthState', 'birthCountry', 'ethnicityCodes', 'raceCodes'],
  },
  relationships: {
    label: 'relationships',
    columns: asNamed('userSourcedId', 'relationshipUserSourcedId', 'relationshipRole'),
    required: ['userSourcedId', 'relationshipUserSourcedId', 'relationshipRole'],
    filled: ['userSourcedId', 'relationshipUserSourcedId', 'relationshipRole'],
    unused: [],
  },
} as const satisfies Record<string, SdsShape>

/** Without these there is no school to import. */
export const v1Needed = Object.keys(v1Shapes) as (keyof typeof v1Shapes)[]
export const v21Needed = ['orgs', 'users', 'roles', 'classes', 'enrollments'] as const
