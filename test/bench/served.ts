import { type ChildProcess, fork } from 'node:child_process'
import { Agent, get } from 'node:http'
import type { Order } from './target.ts'

const agent = new Agent({ keepAlive: true })
let child: ChildProcess | undefined

/** The service in a process of its own, as a program calls it. */
export function serve(order: Order): Promise<string> {
  child = fork(new URL('target.ts', import.meta.url))
  child.send(order)
  return new Promise((resolve) => child?.once('message', ({ url }: { url: string }) => resolve(url)))
}

/** Memory of the service, in MB. */
export function rss(): Promise<number> {
  return new Promise((resolve) => {
    child?.once('message', ({ rss }: { rss: number }) => resolve(Math.round(rss / 1e6)))
    child?.send('cpu')
  })
}

/** Bytes of an answer that must be 200. */
export function read(address: string, token: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(address, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`${response.statusCode}`))
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.on('end', () => resolve(bytes))
    }).on('error', reject)
  })
}

export async function tokenOf(
  url: string,
  { id, secret }: { id: string; secret: string },
  scopes: readonly string[],
): Promise<string> {
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: scopes.join(' ') }),
  })
  return ((await response.json()) as { access_token: string }).access_token
}

export function end(): void {
  child?.kill()
  agent.destroy()
}
