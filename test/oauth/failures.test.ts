import t from 'tap'
import { systemClock } from '../../src/foundation/time/clock.ts'
import { openClient } from '../support/clients.ts'
import { serveTest } from '../support/service.ts'
import { type Asked, answerOf, ask, basic, grant } from './ask.ts'

t.test('whatever is wrong with a request is said in JSON that nobody keeps', async (t) => {
  const { publicUrl, school: open } = await serveTest(t)
  const school = await open()
  const headers = { authorization: basic(school.clientId, school.secret) }
  const form = 'application/x-www-form-urlencoded'
  const token = `${publicUrl}/oauth/token`
  const html = { accept: 'text/html' }
  const faults: Record<string, [Promise<Asked>, number, string]> = {
    'no body': [ask(token, '', { 'content-type': form }), 400, 'invalid_request'],
    JSON: [ask(token, '{}', { ...headers, 'content-type': 'application/json' }), 400, 'invalid_request'],
    'plain text': [ask(token, 'x', { ...headers, 'content-type': 'text/plain' }), 400, 'invalid_request'],
    'a huge body': [ask(token, { ...grant, x: 'y'.repeat(70_000) }, headers), 413, 'invalid_request'],
    'a huge body of unknown length': [endless(token, headers), 400, 'invalid_request'],
    'a parameter twice': [
      ask(token, 'grant_type=client_credentials&scope=rooms%3Aread&scope=staff%3Aread', {
        ...headers,
        'content-type': form,
      }),
      400,
      'invalid_request',
    ],
    'a NUL in the id': [
      ask(token, { ...grant, client_id: 'a\0b', client_secret: 'c' }),
      401,
      'invalid_client',
    ],
    'a NUL in the scope': [ask(token, { ...grant, scope: 'a\0b' }, headers), 400, 'invalid_scope'],
    'a NUL in the resource': [ask(token, { ...grant, resource: 'a\0b' }, headers), 400, 'invalid_target'],
    'a header that is not base64': [
      ask(token, grant, { authorization: 'Basic %%%' }),
      400,
      'invalid_request',
    ],
    'two ways at once': [
      ask(token, { ...grant, client_id: school.clientId, client_secret: school.secret }, headers),
      400,
      'invalid_request',
    ],
    'a browser with a wrong secret': [
      ask(token, grant, { ...html, authorization: basic(school.clientId, 'wrong') }),
      401,
      'invalid_client',
    ],
    'introspection of nothing': [ask(`${publicUrl}/oauth/introspect`, {}, headers), 400, 'invalid_request'],
    'revocation of nothing': [ask(`${publicUrl}/oauth/revoke`, {}, headers), 400, 'invalid_request'],
    'revocation by nobody': [ask(`${publicUrl}/oauth/revoke`, { token: 'x' }), 400, 'invalid_request'],
    GET: [fetch(token, { headers: html }).then(answerOf), 404, 'invalid_request'],
    'an unknown address': [
      fetch(`${publicUrl}/oauth/nothing`, { headers: html }).then(answerOf),
      404,
      'invalid_request',
    ],
    'another spelling of the address': [
      ask(`${publicUrl}/%6fauth/token`, grant, headers),
      404,
      'invalid_request',
    ],
  }
  for (const [name, [answer, status, error]] of Object.entries(faults)) {
    const { status: found, body, type, headers } = await answer
    t.match({ found, type, error: body?.error }, { found: status, type: /^application\/json/, error }, name)
    t.equal(headers.get('cache-control'), 'no-store', name)
  }
})

t.test('a token that holds a NUL is simply not one of ours', async (t) => {
  const { publicUrl, school: open } = await serveTest(t)
  const school = await open()
  const headers = { authorization: basic(school.clientId, school.secret) }
  const token = 'a\0b'
  t.match(await ask(`${publicUrl}/oauth/introspect`, { token }, headers), {
    status: 200,
    body: { active: false },
  })
  t.match(await ask(`${publicUrl}/oauth/revoke`, { token }, headers), { status: 200 })
})

t.test(
  'failed authentications run into 429, whatever address they claim; a right secret never does',
  async (t) => {
    const service = await serveTest(t)
    const school = await service.school()
    const token = `${service.publicUrl}/oauth/token`
    const attempts: Asked[] = []
    for (let at = 0; at < 32; at += 1)
      attempts.push(
        await ask(token, grant, {
          authorization: basic(school.clientId, 'wrong'),
          'x-forwarded-for': `10.0.0.${at}`,
        }),
      )
    const counts = [401, 429].map((status) => attempts.filter((each) => each.status === status).length)
    t.same(counts, [30, 2])
    const last = attempts.at(-1) as Asked
    t.match(Number(last.headers.get('retry-after')), /^([1-9]|[1-5][0-9]|60)$/)
    t.equal(last.headers.get('www-authenticate'), null)
    const right = await ask(token, grant, { authorization: basic(school.clientId, school.secret) })
    t.equal(right.status, 200, 'so nobody can lock a client out')
    const { client } = await openClient(service.db.pool, systemClock, {
      schoolId: school.id,
      name: 'Beside',
      scopes: ['rooms:read'],
    })
    const other = await ask(token, grant, { authorization: basic(client.id, 'wrong') })
    t.equal(other.status, 401, 'another client has a count of its own')
  },
)

t.test('a database that is away for a moment is 503, never a refusal', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const headers = { authorization: basic(school.clientId, school.secret) }
  const taken = await Promise.all(Array.from({ length: 6 }, () => service.db.pool.connect()))
  const answer = await ask(`${service.publicUrl}/oauth/token`, grant, headers)
  for (const client of taken) client.release()
  t.match(answer, { status: 503, body: { error: 'temporarily_unavailable' } })
  t.match(answer.headers.get('retry-after'), /^\d+$/)
  t.equal((await ask(`${service.publicUrl}/oauth/token`, grant, headers)).status, 200)
})

/** A body in pieces, without a length. */
async function endless(url: string, headers: Record<string, string>): Promise<Asked> {
  let left = 20
  const body = new ReadableStream({
    pull(controller) {
      left -= 1
      if (left < 0) controller.close()
      else controller.enqueue(new TextEncoder().encode(`x${left}=${'y'.repeat(4_000)}&`))
    },
  })
  const options = { method: 'POST', body, duplex: 'half' as const }
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  return answerOf(await fetch(url, { ...options, headers: { ...headers, ...type } }))
}
