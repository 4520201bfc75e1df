/** Names that other protocols give to scopes -> scopes of ours of which one must be granted for it. */
export type Aliases = ReadonlyMap<string, readonly string[]>

/** Names of other protocols that may be asked for with these scopes: one of those that a name needs is among them. */
export function aliasesFor(aliases: Aliases, scopes: readonly string[]): string[] {
  return [...aliases]
    .filter(([, needed]) => needed.some((scope) => scopes.includes(scope)))
    .map(([name]) => name)
}
