import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { StartError } from '../start-error.ts'

/** Addresses that a program on this machine reaches as localhost. */
const here = new Set(['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'])

/** Where clients on this machine find the service when nobody says where it is known to the world. */
export function localUrl(host: string, port: number): string {
  const name = here.has(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}

/**
 * The port to listen on, known before the application is built, since its address stands in tokens and metadata. One
 * that is in use is told here, before a demo school is made.
 */
export async function freePort(host: string, wanted: number): Promise<number> {
  const probe = createServer().listen(wanted, host)
  await once(probe, 'listening').catch(explainPort)
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** Why nothing can listen there, in one sentence. */
export function explainPort(
  error: NodeJS.ErrnoException & { port?: number; address?: string; hostname?: string },
): never {
  const { code, port, address, hostname } = error
  if (code === 'EADDRINUSE')
    throw new StartError(`PORT ${port} is in use by another program: stop it, or choose another port.`)
  if (code === 'EACCES')
    throw new StartError(`PORT ${port} may not be used by this user: choose one above 1023.`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    throw new StartError(
      `HOST ${hostname ?? address} is no address of this machine: 127.0.0.1 is for this machine alone, 0.0.0.0 for all.`,
    )
  throw error
}
