import { requireWhole } from '../../src/protocols/oneroster/csv/import/check.ts'
import type { FileName } from '../../src/protocols/oneroster/csv/read/files.ts'
import { type Files, type Notebook, notebook } from '../../src/protocols/oneroster/csv/read/read.ts'
import { readSds } from '../../src/protocols/sds/import/read.ts'
import { type Table, zipOf } from './oneroster.ts'

export type Archive = Record<string, Table | string>

/** A Monday in the autumn term, as in the test service. */
export const today = '2026-11-23'

/** Reads an archive and checks its references, as an import does. */
export async function readArchive(
  archive: Archive,
): Promise<{ files: Files; notes: Notebook; version: string }> {
  const notes = notebook('sds', true)
  const { files, isDelta } = await readSds(await zipOf(archive), notes, today)
  const known = async () => new Set<string>()
  const whole = await requireWhole({ files, whole: files, notes, sourceId: '', isDelta, known })
  return { version: notes.report.version, files: whole, notes }
}

/** The rows of a file as objects of the columns asked for. */
export const cellsOf = (files: Files, name: FileName, ...columns: string[]) =>
  files[name].map((row) => Object.fromEntries(columns.map((column) => [column, row.cell(column)])))

/** Refusals as short sentences. */
export const refusalsOf = ({ report }: Notebook) =>
  report.refusals.map(({ file, row, field }) => `${file} ${row} ${field}`)

/** A small school as V1 writes it in the United Kingdom: two pupils, a teacher, two sections. */
export function ukArchive(): Record<string, Table> {
  return {
    'School.csv': [
      ['DfE Number', 'Name', 'School Number', 'Address'],
      ['3304001', 'Mill Lane School', '77', '1 Mill Lane'],
    ],
    'Section.csv': [
      [
        ...['ID', 'School DfE Number', 'Section Name', 'Section Number', 'Term SIS ID', 'Term Name'],
        ...['Term StartDate', 'Term EndDate', 'Course SIS ID', 'Course Name', 'Course Number'],
        ...['Course Subject', 'Periods', 'Status'],
      ],
      [
        ...['k1', '3304001', 'Maths, set 1', '9MA1', 'y1', '2026/27', '9/1/2026', '8/31/2027'],
        ...['c1', 'Mathematics', 'MA', 'Maths', '1', 'Active'],
      ],
      ['k2', '3304001', 'Form 9A', '', 'y1', '2026/27', '9/1/2026', '8/31/2027', '', '', '', '', '', ''],
    ],
    'Student.csv': [
      [
        ...['ID', 'School DfE Number', 'First Name', 'Last Name', 'Username', 'Password', 'State ID'],
        ...['Secondary Email', 'Student Number', 'Middle Name', 'Grade', 'Status', 'Birthdate'],
        'Graduation Year',
      ],
      [
        ...[
          'p1',
          '3304001',
          'Amy',
          "O'Hare",
          'amy',
          'secret-word',
          'X',
          'amy@example.org',
          '4001',
          'Jo',
          '9',
        ],
        ...['Active', '4/25/2013', '2029'],
      ],
      ['p2', '3304001', 'Ben', 'Łoś', 'ben', 'secret-word', '', '', '4002', '', '10', '', '', ''],
    ],
    'Teacher.csv': [
      ['ID', 'School DfE Number', 'First Name', 'Last Name', 'Username', 'Teacher Number', 'Status'],
      ['t1', '3304001', 'Tom', 'Smith', 'tom', 'TSM', 'Active'],
    ],
    'StudentEnrollment.csv': [
      ['Section ID', 'ID'],
      ['k1', 'p1'],
      ['k1', 'p2'],
      ['k2', 'p1'],
    ],
    'TeacherRoster.csv': [
      ['Section ID', 'ID'],
      ['k1', 't1'],
    ],
  }
}

/** The same in the words in which the rest of the world writes V1. */
export function worldArchive(): Record<string, Table> {
  const words: Record<string, string> = {
    ID: 'SIS ID',
    'DfE Number': 'SIS ID',
    'School DfE Number': 'School SIS ID',
    'Section ID': 'Section SIS ID',
  }
  const renamed = Object.entries(ukArchive()).map(([name, [header = [], ...rows]]) => [
    name.toLowerCase(),
    [header.map((word) => words[word] ?? word), ...rows],
  ])
  return Object.fromEntries(renamed)
}

/** A small school as V2.1 writes it without any optional file. */
export function v21Archive(): Record<string, Table> {
  return {
    'orgs.csv': [
      ['sourcedId', 'name', 'type', 'parentSourcedId'],
      ['s1', 'Mill Lane School', 'school', 'd1'],
      ['d1', 'A trust', 'academicTrust', ''],
    ],
    'users.csv': [
      ['sourcedId', 'username', 'givenName', 'familyName', 'password', 'email'],
      ['p1', 'amy@mill.example', 'Amy', "O'Hare", 'secret-word', 'amy@mill.example'],
      ['t1', 'tom@mill.example', 'Tom', 'Smith', 'secret-word', ''],
    ],
    'roles.csv': [
      ['userSourcedId', 'orgSourcedId', 'role', 'grade', 'isPrimary'],
      ['p1', 's1', 'student', '09', 'TRUE'],
      ['t1', 's1', 'lecturer', '', 'TRUE'],
    ],
    'classes.csv': [
      ['sourcedId', 'orgSourcedId', 'title', 'sessionSourcedIds', 'courseSourcedId', 'code'],
      ['k1', 's1', 'Maths, set 1', '', '', '9MA1'],
    ],
    'enrollments.csv': [
      ['classSourcedId', 'userSourcedId', 'role'],
      ['k1', 'p1', 'student'],
      ['k1', 't1', 'lecturer'],
    ],
  }
}
