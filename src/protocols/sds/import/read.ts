import { ImportRefused } from '../../../operations/imports/report.ts'
import type { Notebook, ReadResult } from '../../oneroster/csv/read/read.ts'
import { type Archive, openArchive } from '../../oneroster/csv/read/zip.ts'
import { v1Shapes, v21Shapes } from './shapes.ts'
import { readV1 } from './v1.ts'
import { readV21 } from './v21.ts'

/**
 * Reads an archive of Microsoft School Data Sync, V1 (also in its UK words) or V2.1, as the files of OneRoster that it
 * amounts to: each row knows the file and line in which it stands. `today` lies in the school year to which belongs
 * what names none. Throws ImportRefused.
 */
export async function readSds(source: string | Buffer, notes: Notebook, today: string): Promise<ReadResult> {
  const archive = await openArchive(source)
  try {
    const version = versionOf(archive, notes)
    notes.report.version = version
    noticeStrangers(archive, version, notes)
    const files =
      version === 'V1' ? await readV1(archive, notes, today) : await readV21(archive, notes, today)
    return { files, isDelta: false, isOwn: false }
  } finally {
    archive.close()
  }
}

/** The names of the files tell the versions apart, so that an archive that lacks one is told which. */
function versionOf({ files }: Archive, notes: Notebook): 'V1' | 'V2.1' {
  if (files.has('school') && (files.has('section') || files.has('student'))) return 'V1'
  if (files.has('orgs') && files.has('users') && !files.has('manifest')) return 'V2.1'
  throw new ImportRefused(
    [
      files.has('manifest')
        ? 'This archive has a manifest.csv, so it is one of OneRoster.'
        : 'This is no archive of School Data Sync: V1 has School.csv and Section.csv, V2.1 orgs.csv, users.csv and roles.csv.',
    ],
    notes.report,
  )
}

/** Files of School Data Sync that this import has no place for, and why. */
const knownElsewhere: Readonly<Record<string, string>> = {
  userflags:
    'userFlags.csv is not imported: it marks pupils by special categories of data, such as free school meals.',
  user: 'User.csv is not imported: parents come with V2.1.',
  guardianrelationship: 'GuardianRelationship.csv is not imported: parents come with V2.1.',
}

function noticeStrangers(archive: Archive, version: 'V1' | 'V2.1', notes: Notebook): void {
  const shapes = version === 'V1' ? v1Shapes : v21Shapes
  for (const name of archive.files.keys())
    if (!(name in shapes))
      notes.notice(
        knownElsewhere[name] ?? `${name}.csv is not a file of School Data Sync ${version} and was not read.`,
      )
  for (const name of archive.others) notes.notice(`${name} is no CSV file and was not read.`)
}
