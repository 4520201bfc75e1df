import type { LookupAddress } from 'node:dns'
import t from 'tap'
import { faultOfAddress, guardedLookup, isPublic } from '../../../src/operations/webhooks/address.ts'

const strict = { allowsLoopback: false }
const own = { allowsLoopback: true }

t.test('addresses that are not of the public internet are refused in every spelling', async (t) => {
  const hostile = [
    'http://example.com/',
    'ftp://example.com/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://10.1.2.3/',
    'https://172.31.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fc00::1]/',
    'https://[fe80::1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:db8::1]/',
    'https://localhost/',
    'https://localhost./',
    'https://db.localhost/',
    'https://intranet/',
    'https://printer.local/',
    'https://metadata.google.internal/',
    'https://user:secret@example.com/',
    'https://example.com/#part',
    'nonsense',
  ]
  for (const url of hostile) t.type(faultOfAddress(url, strict), 'string', url)
  for (const url of ['https://vle.example.com/hook', 'https://8.8.8.8/', 'https://[2606:4700::1111]/x?y=1'])
    t.equal(faultOfAddress(url, strict), undefined, url)
})

t.test('this very machine may be called where that is allowed, and nothing else beside it', async (t) => {
  for (const url of [
    'http://127.0.0.1:3000/',
    'http://localhost:3000/x',
    'https://[::1]/',
    'http://[::1]:8/',
  ])
    t.equal(faultOfAddress(url, own), undefined, url)
  for (const url of ['http://10.0.0.1/', 'https://10.0.0.1/', 'http://example.com/'])
    t.type(faultOfAddress(url, own), 'string', url)
})

t.test(
  'a name is refused when any of its addresses is not public, whatever it answered before',
  async (t) => {
    const answers = (...addresses: string[]) =>
      guardedLookup(strict, (_host, _options, found) =>
        found(
          null,
          addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
        ),
      )
    const ask = (lookup: ReturnType<typeof guardedLookup>, all: boolean) =>
      new Promise((resolve) => {
        lookup('rebind.example.com', { all }, (error, address) => resolve(error ? error.message : address))
      })
    t.match(await ask(answers('8.8.8.8', '127.0.0.1'), false), /not public/)
    t.match(await ask(answers('::ffff:10.0.0.1'), true), /not public/)
    t.match(await ask(answers(), true), /not public/)
    t.equal(await ask(answers('8.8.8.8', '1.1.1.1'), false), '8.8.8.8')
    t.same(await ask(answers('8.8.8.8'), true), [{ address: '8.8.8.8', family: 4 }])
    t.notOk(isPublic('nonsense'))
  },
)
