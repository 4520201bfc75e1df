import t from 'tap'
import { serveTest } from '../support/service.ts'

t.test('a person who is sent here in a wrong way gets a page, a program JSON', async (t) => {
  const { publicUrl, school: open } = await serveTest(t)
  const { clientId } = await open()
  for (const query of [
    '',
    `client_id=${clientId}`,
    'client_id=nobody',
    `client_id=${clientId}&redirect_uri=https://evil.example`,
  ]) {
    const url = `${publicUrl}/oauth/authorize?${query}&response_type=code`
    const shown = await fetch(url, { headers: { accept: 'text/html' }, redirect: 'manual' })
    t.equal(shown.status, 400, query)
    t.match(await shown.text(), /<h1>That did not work<\/h1>/)
    t.match(shown.headers.get('content-security-policy'), /default-src 'none'/)
    const told = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'manual' })
    t.match(((await told.json()) as { error: string }).error, /^\w+$/)
  }
})

t.test("a sign-in that is not this browser's is not shown, and takes no form", async (t) => {
  const { publicUrl } = await serveTest(t)
  for (const method of ['GET', 'POST']) {
    const answer = await fetch(`${publicUrl}/oauth/interaction/abc`, {
      method,
      ...(method === 'POST' && { body: new URLSearchParams({ login: 'x', password: 'y' }) }),
    })
    t.equal(answer.status, 400)
    t.match(await answer.text(), /Begin again/)
  }
  t.equal((await fetch(`${publicUrl}/oauth/invitations/nonsense`)).status, 404)
})
