/** Turns PostgreSQL's text of a value into the text of a cell. */
export type Encode = (text: string) => string

/**
 * A cell of CSV (RFC 4180). Nothing but the quoting is ours: a text that begins with `=` or `+` is written as it is. These
 * files are read by programs, which would take a disarmed name for the name; the extract for people to open in a
 * spreadsheet disarms formulas (records/attendance/returns/extract.ts).
 */
export const cell: Encode = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** A line, with the line end that RFC 4180 asks for. */
export const lineOf = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`

/** Several values in one cell, separated by commas; one that holds a comma or a quote is quoted within the cell. */
export const listCell = (values: readonly string[]): string => values.map(cell).join(',')

/** An array of ids as PostgreSQL writes it, `{id,id}`. */
export const idList: Encode = (text) => text.slice(1, -1)
