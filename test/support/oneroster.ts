import { ZipFile } from 'yazl'
import type { TestSchool } from './service.ts'

export type Table = readonly (readonly string[])[]

/** A zip of CSV files, quoted as real exports quote. */
export async function zipOf(files: Readonly<Record<string, Table | string>>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(files))
    zip.addBuffer(Buffer.from(typeof content === 'string' ? content : csv(content)), name)
  zip.end()
  const chunks: Buffer[] = []
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function csv(rows: Table): string {
  const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  return `${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

/** A small school as OneRoster 1.1 writes it: two pupils, a teacher, a guardian, one class. */
export function littleExport(): Record<string, Table> {
  return {
    'manifest.csv': [
      ['propertyName', 'value'],
      ['manifest.version', '1.0'],
      ['oneroster.version', '1.1'],
    ],
    'orgs.csv': [
      ['sourcedId', 'status', 'dateLastModified', 'name', 'type', 'identifier', 'parentSourcedId'],
      ['d1', '', '', 'A trust', 'district', '', ''],
      ['s1', '', '', 'Mill Lane School', 'school', '', 'd1'],
    ],
    'academicSessions.csv': [
      ['sourcedId', 'title', 'type', 'startDate', 'endDate', 'parentSourcedId', 'schoolYear'],
      ['y1', '2026/27', 'schoolYear', '2026-09-01', '2027-09-01', '', '2027'],
      ['t1', 'Autumn', 'term', '2026-09-03', '2026-12-19', 'y1', '2027'],
    ],
    'courses.csv': [
      ['sourcedId', 'title', 'courseCode', 'orgSourcedId'],
      ['c1', 'Mathematics', 'MA', 's1'],
    ],
    'classes.csv': [
      [
        'sourcedId',
        'title',
        'grades',
        'courseSourcedId',
        'classCode',
        'classType',
        'location',
        'schoolSourcedId',
        'termSourcedIds',
      ],
      ['k1', 'Maths, set 1', '07', 'c1', '7MA1', 'scheduled', 'Room 4', 's1', 't1'],
    ],
    'users.csv': [
      [
        'sourcedId',
        'enabledUser',
        'orgSourcedIds',
        'role',
        'username',
        'userIds',
        'givenName',
        'familyName',
        'identifier',
        'email',
        'agentSourcedIds',
        'grades',
      ],
      [
        'u1',
        'true',
        's1',
        'student',
        'amy',
        '{UPN:B801200005001}',
        'Amy',
        "O'Hare",
        '4001',
        'amy@example.org',
        'g1',
        '07',
      ],
      ['u2', '1', 's1', 'student', 'ben', '', 'Ben', 'Łoś', '4002', '', '', 'Year 7'],
      ['u3', 'true', 's1', 'teacher', 'tom', '', 'Tom', 'Smith', 'TSM', 'tom@example.org', '', ''],
      ['g1', 'true', 's1', 'guardian', 'gia', '', 'Gia', "O'Hare", '', 'gia@example.org', '', ''],
    ],
    'enrollments.csv': [
      [
        'sourcedId',
        'classSourcedId',
        'schoolSourcedId',
        'userSourcedId',
        'role',
        'primary',
        'beginDate',
        'endDate',
      ],
      ['e1', 'k1', 's1', 'u1', 'student', '', '2026-09-03', ''],
      ['e2', 'k1', 's1', 'u2', 'student', '', '', ''],
      ['e3', 'k1', 's1', 'u3', 'teacher', 'true', '2026-09-03', '2027-07-20'],
    ],
    'demographics.csv': [
      ['sourcedId', 'birthDate', 'sex'],
      ['u1', '2015-03-04', 'female'],
    ],
  }
}

/** Two schools of a trust: a teacher works at both, a guardian has a child at each. */
export function trustExport(): Record<string, Table> {
  const files = littleExport()
  const add = (name: string, ...rows: Table) => {
    files[name] = [...(files[name] as Table), ...rows]
  }
  add('orgs.csv', ['s2', '', '', 'Hill Top School', 'school', '8014000', 'd1'])
  add('classes.csv', ['k2', 'History', '08', 'c2', '8HI1', 'scheduled', '', 's2', 't1'])
  add('courses.csv', ['c2', 'History', 'HI', 's2'])
  const users = (files['users.csv'] as Table).map((row) =>
    row[0] === 'u3' ? row.map((cell) => (cell === 's1' ? 's1,s2' : cell)) : row,
  )
  files['users.csv'] = users
  add('users.csv', ['u9', 'true', 's2', 'student', 'zoe', '', 'Zoe', "O'Hare", '9001', '', 'g1', '08'])
  add('enrollments.csv', ['e9', 'k2', 's2', 'u9', 'student', '', '2026-09-03', ''])
  return files
}

/** Sends a file to be imported, and waits until it is. `more` is added to the query. */
export async function importZip(
  school: TestSchool,
  zip: Buffer,
  mode = 'write',
  more = '',
  format = 'oneroster',
) {
  const accepted = await school.call('POST', `/imports?format=${format}&mode=${mode}${more}`, {
    body: zip,
    headers: { 'content-type': 'application/zip' },
  })
  if (accepted.status !== 202) throw new Error(`the import was not accepted: ${accepted.text}`)
  for (;;) {
    const job = await school.get(`/imports/${accepted.body.id}`)
    if (['done', 'refused'].includes(job.body.status)) return job.body
  }
}
