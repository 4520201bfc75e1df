import { resolve } from 'node:path'
import { servingAccount } from './account.ts'
import { findBinaries, findPackage } from './binaries.ts'
import { ensureCluster, owner } from './cluster.ts'
import { atExit } from './exit.ts'
import { keepRunning, type Server } from './keep-running.ts'
import { endLeftovers } from './leftovers.ts'
import { type Lock, takeLock, type Urls } from './lock.ts'
import { clusterFolder, makeOpenFolder, makeSocketFolder, removeSocketFolder, sharedPlace } from './places.ts'
import { type Launch, urlOf } from './postmaster.ts'

export interface EmbeddedOptions {
  /** Where the database files live. */
  dataDir: string
  log?: (line: string) => void
  /** False gives up durability for speed; for tests only. */
  isDurable?: boolean
}

export interface Embedded extends Urls {
  stop(): Promise<void>
}

/** Starts a real PostgreSQL for this process alone: first boot about a second, later ones some 50 ms. */
export async function startEmbedded({
  dataDir,
  log = () => {},
  isDurable = true,
}: EmbeddedOptions): Promise<Embedded> {
  const found = findPackage()
  makeOpenFolder(resolve(dataDir))
  const place = clusterFolder(dataDir, servingAccount)
  if (place.parent.startsWith(sharedPlace))
    log(`PostgreSQL cannot run as root and may not enter ${dataDir}: its files are in ${place.parent}.`)
  makeOpenFolder(place.parent)
  const lock = takeLock(place.parent)
  let sockets: string | undefined
  try {
    const binaries = findBinaries(found, place.account, place.account ? sharedPlace : place.parent)
    await endLeftovers(place.cluster)
    await ensureCluster(binaries, place)
    sockets = makeSocketFolder(place.account)
    const launch = { binaries, place, sockets, log, isDurable }
    const server = await keepRunning(launch)
    return publish(server, launch, lock)
  } catch (error) {
    if (sockets) removeSocketFolder(sockets)
    lock.release()
    throw error
  }
}

function publish(server: Server, { sockets }: Launch, lock: Lock): Embedded {
  const urls = { ownerUrl: urlOf(owner, sockets), appUrl: urlOf('mis_app', sockets) }
  lock.publish(urls)
  const clean = () => {
    removeSocketFolder(sockets)
    lock.release()
  }
  const stop = async () => {
    await server.stop()
    forget()
    clean()
  }
  const forget = atExit({ stop, end: server.end, clean })
  return { ...urls, stop }
}
