import t from 'tap'
import { explainPort, freePort, localUrl } from '../../../src/foundation/http/address.ts'

t.test(
  'a service that this machine reaches as localhost is called so, any other by its address',
  async (t) => {
    for (const host of ['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'])
      t.equal(localUrl(host, 3000), 'http://localhost:3000', host)
    t.equal(localUrl('192.168.1.5', 80), 'http://192.168.1.5:80')
    t.equal(localUrl('fd00::5', 3000), 'http://[fd00::5]:3000')
  },
)

t.test('a free port is found, and may be listened on at once', async (t) => {
  const port = await freePort('127.0.0.1', 0)
  t.ok(port > 1023)
  t.equal(await freePort('127.0.0.1', port), port)
})

t.test(
  'a port or host that cannot be used is told in one sentence, and other faults stay what they are',
  async (t) => {
    const faultOf = (code: string, place: object) => {
      try {
        explainPort(Object.assign(new Error('listen'), { code }, place))
      } catch (error) {
        return error as Error
      }
    }
    t.match(faultOf('EACCES', { port: 80 }), { name: 'StartError', message: /^PORT 80 may not be used/ })
    t.match(faultOf('ENOTFOUND', { hostname: 'x.invalid' }), {
      name: 'StartError',
      message: /^HOST x\.invalid /,
    })
    t.match(faultOf('EMFILE', {}), { name: 'Error', message: 'listen' })
  },
)
