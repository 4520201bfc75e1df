const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/**
 * PostgreSQL does not outlive the process that started it: not when the process exits by itself, nor at a signal that
 * nobody else answers. Whoever answers signals must call `stop`. Returns how to forget it.
 */
export function atExit(how: { stop(): Promise<void>; end(): void; clean(): void }): () => void {
  const onExit = () => {
    how.end()
    how.clean()
  }
  const onSignal = (name: keyof typeof signals) => {
    if (process.listenerCount(name) === 1) how.stop().finally(() => process.exit(signals[name]))
  }
  // With a listener already there, ours would only keep that one's default from happening.
  const names = Object.keys(signals) as (keyof typeof signals)[]
  const unanswered = names.filter((name) => process.listenerCount(name) === 0)
  process.once('exit', onExit)
  for (const name of unanswered) process.on(name, onSignal)
  return () => {
    process.off('exit', onExit)
    for (const name of unanswered) process.off(name, onSignal)
  }
}
