import type { Readable } from 'node:stream'
import { type Entry, fromBuffer, open, type ZipFile } from 'yauzl'
import { ImportRefused } from '../../../../operations/imports/report.ts'

/** Bounds against zip bombs: a school's export has about a dozen files. */
const mostEntries = 200
const largestFileBytes = 512 * 1024 * 1024
/** CSV packs well, but not a thousandfold. */
const mostRatio = 400

/** The CSV files of an archive by lower-case name without folder and ending. */
export interface Archive {
  files: ReadonlyMap<string, { size: number; open(): Promise<Readable> }>
  /** Entries that are no CSV files. */
  others: readonly string[]
  close(): void
}

/** Opens a zip; a broken one, or one that could harm, is refused whole. */
export async function openArchive(source: string | Buffer): Promise<Archive> {
  const zip = await opened(source)
  const files = new Map<string, Archive['files'] extends ReadonlyMap<string, infer File> ? File : never>()
  const others: string[] = []
  for (const entry of await entriesOf(zip)) {
    const name = /(?:^|\/)([\w-]+)\.csv$/i.exec(entry.fileName)?.[1]?.toLowerCase()
    if (name === undefined) {
      if (!entry.fileName.endsWith('/')) others.push(entry.fileName)
      continue
    }
    requireModest(entry)
    if (files.has(name)) throw new ImportRefused([`The archive holds ${name}.csv twice.`])
    files.set(name, { size: entry.uncompressedSize, open: () => streamOf(zip, entry) })
  }
  return { files, others, close: () => zip.close() }
}

function requireModest({ fileName, uncompressedSize, compressedSize }: Entry): void {
  const isBomb = uncompressedSize > 1_000_000 && uncompressedSize > compressedSize * mostRatio
  if (uncompressedSize > largestFileBytes || isBomb)
    throw new ImportRefused([`${fileName} is too large when unpacked.`])
}

function opened(source: string | Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, zip: ZipFile) => {
      if (!error) return resolve(zip)
      const { code } = error as NodeJS.ErrnoException
      reject(
        new ImportRefused([
          code === 'ENOENT'
            ? `There is no file ${source}.`
            : `This is no zip file that can be read: ${error.message}.`,
        ]),
      )
    }
    // autoClose is off: files are opened after the last entry was listed.
    const options = { lazyEntries: true, autoClose: false } as const
    if (typeof source === 'string') open(source, options, done)
    else fromBuffer(source, options, done)
  })
}

function entriesOf(zip: ZipFile): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = []
    const refuse = (error: Error) => reject(new ImportRefused([`The zip file is broken: ${error.message}.`]))
    zip.on('entry', (entry: Entry) => {
      entries.push(entry)
      if (entries.length > mostEntries) refuse(new Error(`more than ${mostEntries} entries`))
      else zip.readEntry()
    })
    zip.once('end', () => resolve(entries))
    zip.once('error', refuse)
    zip.readEntry()
  })
}

function streamOf(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) reject(new ImportRefused([`${entry.fileName} cannot be unpacked: ${error.message}.`]))
      else resolve(stream)
    })
  })
}
