/**
 * A process that runs an embedded PostgreSQL, to be killed. Arguments: the data folder, and optionally the user to become.
 * Prints the URLs as JSON, or the message of a StartError; stops when its input ends.
 */
import { once } from 'node:events'
import { startEmbedded } from '../../src/foundation/db/embedded/start.ts'
import { StartError } from '../../src/foundation/start-error.ts'

const [dataDir = '', uid] = process.argv.slice(2)
if (uid) {
  process.setgid?.(Number(uid))
  process.setuid?.(Number(uid))
}
try {
  const { ownerUrl, appUrl, stop } = await startEmbedded({ dataDir, isDurable: false })
  process.stdout.write(`${JSON.stringify({ ownerUrl, appUrl })}\n`)
  process.stdin.resume()
  await once(process.stdin, 'end')
  await stop()
} catch (error) {
  if (!(error instanceof StartError)) throw error
  process.stdout.write(`${JSON.stringify({ refused: error.message })}\n`)
}
