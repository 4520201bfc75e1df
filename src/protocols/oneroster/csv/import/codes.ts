/** Codes must differ where they are used: the second of a kind gets a number. */
export class Codes {
  readonly #taken: Set<string>

  /** `stored` says where each code is used; records of `own` are about to get theirs anew. */
  constructor(stored: readonly { id: string; key: string }[], own: readonly string[]) {
    const renamed = new Set(own)
    this.#taken = new Set(stored.filter(({ id }) => !renamed.has(id)).map(({ key }) => key))
  }

  /** The code, with a number behind it where another has it already. */
  take(within: string, code: string): string {
    const key = (text: string) => [within, text].filter(Boolean).join(' ')
    let free = code
    for (let at = 2; this.#taken.has(key(free)); at++) free = `${code}-${at}`
    this.#taken.add(key(free))
    return free
  }
}
