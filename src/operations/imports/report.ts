/** Why nothing of a file was imported; every reason is a sentence for the person who sent it. */
export class ImportRefused extends Error {
  override name = 'ImportRefused'
  readonly reasons: readonly string[]
  /** What was found until then, where there is a report. */
  readonly report: ImportReport | undefined

  constructor(reasons: readonly string[], report?: ImportReport) {
    super(reasons.join('\n'))
    this.reasons = reasons
    this.report = report
  }
}

/** A row, or a value of it, that was not taken over. */
export interface Refusal {
  file: string
  /** As a spreadsheet counts: the header is line 1. */
  row: number
  sourcedId: string
  field: string
  reason: string
}

/** What became of the rows of one file. `read` is the sum of the others. */
export interface FileReport {
  read: number
  created: number
  changed: number
  unchanged: number
  refused: number
  /** Rows that this system has no place for; a notice says why. */
  ignored: number
}

export interface ImportReport {
  format: 'oneroster' | 'sds'
  version: string
  isDryRun: boolean
  school: { id: string; name: string; isNew: boolean } | null
  files: Record<string, FileReport>
  /** The first thousand; `files` counts all. */
  refusals: Refusal[]
  notices: string[]
  ms: number
}

export const mostRefusalsListed = 1_000

export function emptyFile(): FileReport {
  return { read: 0, created: 0, changed: 0, unchanged: 0, refused: 0, ignored: 0 }
}
