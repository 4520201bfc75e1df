import t from 'tap'
import { serveTest } from '../support/service.ts'
import { ask, basic, grant } from './ask.ts'

t.test(
  'a page of this server gets a token with a secret typed into it, a page of another does not',
  async (t) => {
    const service = await serveTest(t)
    const { clientId, secret } = await service.school()
    const from = (origin: string) =>
      ask(`${service.publicUrl}/oauth/token`, grant, { authorization: basic(clientId, secret), origin })

    const own = await from(service.publicUrl)
    t.equal(own.status, 200, 'such as /docs')
    for (const origin of ['https://elsewhere.example', `${service.publicUrl}0`, 'null', 'x']) {
      t.equal((await from(origin)).status, 400, origin)
    }
  },
)
