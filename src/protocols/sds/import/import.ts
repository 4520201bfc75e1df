import type { ConstraintMeanings } from '../../../foundation/resource/resource.ts'
import type { Importer } from '../../../operations/imports/run.ts'
import { readySchools } from '../../oneroster/csv/import/import.ts'
import { notebook } from '../../oneroster/csv/read/read.ts'
import { readSds } from './read.ts'

/** Microsoft School Data Sync CSV, written as the OneRoster that it amounts to. */
export const sdsImporter = (meanings: ConstraintMeanings): Importer => ({
  meanings,
  source: 'sds',
  async read(source, { isDryRun, today }) {
    const notes = notebook('sds', isDryRun)
    return readySchools(await readSds(source, notes, today), notes)
  },
})
