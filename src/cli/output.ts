/** The command has said what went wrong; nothing is left but the exit code. */
export class Failed extends Error {}

export interface OutputOptions {
  /** One JSON document on standard output. */
  json?: boolean
}

/** Answers on standard output: for a script, or in words. */
export function answer({ json }: OutputOptions, document: unknown, words: string): void {
  process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : `${words}\n`)
}

/** Progress and notes go to standard error, and to a terminal only while a script reads standard output. */
export function note(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${line}\n`)
}

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
