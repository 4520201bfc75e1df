import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { AddressRefused, type AddressRules, faultOfAddress, guardedLookup } from './address.ts'

/** What became of an attempt. */
export interface Outcome {
  /** Status of the answer; null where there was none. */
  status: number | null
  latencyMs: number
  /** Why there was none: timeout, address-refused, connection, tls, answer-too-long. */
  error: string | null
}

/** The whole exchange, however slowly it drips. */
export const timeoutMs = 10_000
/** Of the answer: nothing of it is needed. */
const mostBytes = 64 * 1024

/** Connections of one process: an endpoint that hangs holds few of them. */
const common = { keepAlive: true, maxSockets: 16, maxFreeSockets: 4, timeout: 30_000 }
const agents = { 'https:': new https.Agent(common), 'http:': new http.Agent(common) }

/** Posts a message; follows no redirect; never throws. */
export async function post(
  { url, headers, body }: { url: string; headers: Record<string, string>; body: string },
  rules: AddressRules,
  mostMs = timeoutMs,
): Promise<Outcome> {
  const started = performance.now()
  const latency = () => Math.round(performance.now() - started)
  if (faultOfAddress(url, rules)) return { status: null, latencyMs: 0, error: 'address-refused' }
  const signal = AbortSignal.timeout(mostMs)
  try {
    const status = await exchange(url, headers, body, rules, signal)
    return { status, latencyMs: latency(), error: null }
  } catch (error) {
    return { status: null, latencyMs: latency(), error: signal.aborted ? 'timeout' : reasonOf(error) }
  }
}

function exchange(
  url: string,
  headers: Record<string, string>,
  body: string,
  rules: AddressRules,
  signal: AbortSignal,
): Promise<number> {
  const { protocol, hostname } = new URL(url)
  const { request } = protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent: agents[protocol as keyof typeof agents],
        // Literal addresses are never looked up; the check of the URL has seen them.
        ...(isIP(hostname.replace(/^\[|\]$/g, '')) === 0 && { lookup: guardedLookup(rules) }),
        signal,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': String(Buffer.byteLength(body)),
          'user-agent': 'open-mis-webhooks/1',
          ...headers,
        },
      },
      (answer) => {
        let bytes = 0
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > mostBytes) sent.destroy(new AnswerTooLong())
        })
        answer.on('end', () => resolve(answer.statusCode ?? 0))
        answer.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

class AnswerTooLong extends Error {}

function reasonOf(error: unknown): string {
  if (error instanceof AddressRefused) return 'address-refused'
  if (error instanceof AnswerTooLong) return 'answer-too-long'
  const { code = '' } = error as NodeJS.ErrnoException
  return /^(ERR_TLS|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_SSL|EPROTO)/.test(code) ? 'tls' : 'connection'
}
