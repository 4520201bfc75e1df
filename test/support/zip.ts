import { parse } from 'csv-parse/sync'
import { type Entry, fromBuffer } from 'yauzl'

/** Reads a zip to its end: file -> text, in the order of its directory. */
export function unzipped(zip: Buffer): Promise<ReadonlyMap<string, string>> {
  return new Promise((resolve, reject) => {
    fromBuffer(zip, { lazyEntries: true }, (error, archive) => {
      if (error) return reject(error)
      const files = new Map<string, string>()
      archive.on('entry', (entry: Entry) =>
        archive.openReadStream(entry, async (failure, stream) => {
          if (failure) return reject(failure)
          files.set(entry.fileName, Buffer.concat(await stream.toArray()).toString())
          archive.readEntry()
        }),
      )
      archive.once('end', () => resolve(files))
      archive.once('error', reject)
      archive.readEntry()
    })
  })
}

export type CsvRow = Readonly<Record<string, string>>

/** A CSV file: its header and its rows by column. Whatever RFC 4180 does not allow is thrown. */
export function readCsv(text: string): { header: string[]; rows: CsvRow[] } {
  if (!text.endsWith('\r\n') || text.startsWith('\uFEFF')) throw new Error('no CSV of the standard')
  const [header = [], ...rows] = parse(text, { record_delimiter: '\r\n' }) as string[][]
  return {
    header,
    rows: rows.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? '']))),
  }
}
