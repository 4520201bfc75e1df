import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../../src/foundation/db/embedded/start.ts'

export interface TestServer {
  /** May create databases. */
  ownerUrl: string
  stop(): Promise<void>
}

/** A folder below the system's temporary one, or another, that the user who runs PostgreSQL may walk through, too. */
export function openFolder(place = tmpdir()): string {
  const folder = mkdtempSync(join(place, 'mis-test-'))
  chmodSync(folder, 0o755)
  return folder
}

/** A PostgreSQL that gives up durability and is gone without a trace afterwards. */
export async function startTestServer(place?: string): Promise<TestServer> {
  const dataDir = openFolder(place)
  try {
    const { ownerUrl, stop } = await startEmbedded({ dataDir, isDurable: false })
    return {
      ownerUrl,
      stop: async () => {
        await stop()
        rmSync(dataDir, { recursive: true, force: true })
      },
    }
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true })
    throw error
  }
}
