import type { LookupAddress, LookupOptions } from 'node:dns'
import { lookup as systemLookup } from 'node:dns'
import { BlockList, isIP } from 'node:net'

/** What is not the public internet (IANA special-purpose registries of IPv4 and IPv6). */
const special4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const

/** Only 2000::/3 is given out to networks; of it, these lead elsewhere: tunnels, translation, documentation. */
const special6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const blocked = new BlockList()
for (const [net, prefix] of special4) blocked.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of special6) blocked.addSubnet(net, prefix, 'ipv6')
const global6 = new BlockList()
global6.addSubnet('2000::', 3, 'ipv6')

/** Whether an address is a host of the public internet. */
export function isPublic(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !blocked.check(address, 'ipv4')
  return family === 6 && global6.check(address, 'ipv6') && !blocked.check(address, 'ipv6')
}

const isLoopback = (address: string) => address === '::1' || /^127\./.test(address)

/** Where messages may go: the public internet by https; on request this very machine, for development. */
export interface AddressRules {
  allowsLoopback: boolean
}

const mayCall = (address: string, { allowsLoopback }: AddressRules) =>
  isPublic(address) || (allowsLoopback && isLoopback(address))

/** Why an address may not be an endpoint, in one sentence; undefined where it may. */
export function faultOfAddress(text: string, rules: AddressRules): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) return 'It is no address.'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isOwn = rules.allowsLoopback && (isLoopback(host) || host === 'localhost')
  if (url.protocol !== 'https:' && !(isOwn && url.protocol === 'http:')) return 'It must begin with https://.'
  if (url.username !== '' || url.password !== '') return 'It must hold no user name and no password.'
  if (url.hash !== '') return 'It must hold no fragment.'
  // The URL parser has turned decimal, octal and hexadecimal spellings into dotted ones already.
  if (isIP(host) && !mayCall(host, rules)) return 'It leads to an address that is not public.'
  if (
    !isIP(host) &&
    !isOwn &&
    (!host.includes('.') || /(^|\.)(localhost|local|internal|home\.arpa)\.?$/.test(host))
  )
    return 'It must name a host of the public internet.'
  return undefined
}

export class AddressRefused extends Error {}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void
export type Resolve = (
  host: string,
  options: { all: true; verbatim: true },
  found: (error: Error | null, addresses: LookupAddress[]) => void,
) => void

/**
 * A `lookup` for sockets: refuses a name when any of its addresses may not be called. The socket connects to what was
 * looked at here, so a name that answers differently the next time gains nothing.
 */
export function guardedLookup(rules: AddressRules, resolve: Resolve = systemLookup) {
  return (host: string, options: LookupOptions, found: Found): void =>
    resolve(host, { all: true, verbatim: true }, (error, addresses) => {
      if (error) return found(error, '')
      const [first] = addresses
      if (!first || !addresses.every(({ address }) => mayCall(address, rules)))
        return found(new AddressRefused(`${host} leads to an address that is not public`), '')
      return options.all ? found(null, addresses) : found(null, first.address, first.family)
    })
}
