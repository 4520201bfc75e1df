import t from 'tap'
import { newPupil } from '../../../support/little-school.ts'
import { type RosterClient, type Row, rosterClient } from '../../../support/oneroster-client.ts'
import type { Version } from '../../../support/oneroster-schemas.ts'
import { serveTest, type TestSchool } from '../../../support/service.ts'

const pageSizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 10_000]

/** Links of RFC 8288 as a client parses them: relation -> address. */
function linksIn(text: string): Map<string, string> {
  const links = new Map<string, string>()
  for (const part of text.split(',')) {
    const [, address = '', relation = ''] = /^\s*<([^>]+)>;\s*rel="(\w+)"\s*$/.exec(part) ?? []
    links.set(relation, address)
  }
  return links
}

/** Reads like a VLE does: until a page is short. */
async function readAll(client: RosterClient, version: Version, path: string, limit: number, query = '') {
  const rows: Row[] = []
  for (;;) {
    const page = await client.rows(version, `${path}?limit=${limit}&offset=${rows.length}${query}`)
    rows.push(...page)
    if (page.length < limit) return rows
  }
}

const idsOf = (rows: readonly Row[]): string[] => rows.map(({ sourcedId }) => sourcedId)

async function makePupils(school: TestSchool, count: number): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const size = Math.min(500, count - from)
    await school.post('/pupils/batch', {
      items: Array.from({ length: size }, (_, at) => newPupil(from + at)),
    })
  }
}

t.test('pages', async (t) => {
  const service = await serveTest(t)
  const small = await service.school()
  await makePupils(small, 23)
  const client = await rosterClient(t, service, small)

  await t.test('of every size give the same objects, and only the last one is short', async (t) => {
    const whole = await readAll(client, 'v1p2', '/users', 10_000)
    t.equal(whole.length, 23)
    for (const limit of pageSizes) {
      t.same(await readAll(client, 'v1p2', '/users', limit), whole, `pages of ${limit}`)
      const byName = '&sort=familyName&orderBy=desc'
      const sorted = await readAll(client, 'v1p1', '/students', limit, byName)
      t.same(idsOf(sorted).sort(), idsOf(whole).sort(), `sorted by what many share, pages of ${limit}`)
      const names = sorted.map(({ familyName }) => familyName)
      t.same(names, names.toSorted().reverse())
      const filtered = await readAll(client, 'v1p2', '/users', limit, "&filter=familyName='Family1'")
      t.equal(filtered.length, 4)
    }
  })

  await t.test('tell how many rows there are behind the filter, and lead to each other', async (t) => {
    const first = await client.call(
      'v1p2',
      "/users?limit=4&filter=familyName~'fam' AND status='active'&fields=sourcedId,username",
    )
    t.equal(first.headers.get('x-total-count'), '23')
    const seen: string[] = []
    let answer = first
    for (let turn = 0; turn < 10; turn++) {
      seen.push(...idsOf(answer.body.users))
      const next = linksIn(answer.headers.get('link') ?? '').get('next')
      if (!next) break
      answer = await client.call(
        'v1p2',
        next.slice(`${service.publicUrl}/ims/oneroster/rostering/v1p2`.length),
      )
    }
    t.same(seen, idsOf(await client.rows('v1p2', '/users')), 'next leads through all of them')
    const links = linksIn(answer.headers.get('link') ?? '')
    t.same([...links.keys()].sort(), ['first', 'last', 'prev'])
    t.match(links.get('last'), 'offset=20')
    t.match(links.get('prev'), 'offset=16')
    t.match(links.get('first'), 'offset=0')
    t.notMatch(answer.headers.get('link')?.replace(/, </g, ' <'), /,/, 'a raw comma would part a link')
    const none = await client.call('v1p2', "/users?filter=familyName='nobody'")
    t.same([none.headers.get('x-total-count'), none.body], ['0', { users: [] }])
    const beyond = await client.call('v1p2', '/users?offset=1000')
    t.same([beyond.headers.get('x-total-count'), beyond.body], ['23', { users: [] }])
  })

  await t.test('with a long query string have as many links as a header holds, next above all', async (t) => {
    for (const size of [1_000, 3_000, 6_000]) {
      const answer = await client.call(
        'v1p2',
        `/users?limit=2&offset=2&fields=sourcedId&unknown=${'x'.repeat(size)}`,
      )
      t.equal(answer.status, 200)
      t.match(linksIn(answer.headers.get('link') ?? '').get('next'), 'offset=4')
      t.ok((answer.headers.get('link') ?? '').length < 8_000)
    }
    t.equal((await client.call('v1p2', `/users?limit=2&unknown=${'x'.repeat(9_000)}`)).status, 400)
  })

  await t.test('of impossible sizes are refused, not clamped', async (t) => {
    for (const query of [
      'limit=10001',
      'limit=0',
      'limit=-1',
      'limit=many',
      'limit=1.5',
      'offset=-1',
      'offset=x',
      'limit=1&limit=2',
      'filter=a&filter=b',
    ]) {
      const { status, text } = await client.call('v1p2', `/users?${query}`)
      t.equal(status, 400, query)
      t.match(text, 'invaliddata', query)
    }
    t.equal((await client.call('v1p1', '/users?limit=10000')).status, 200)
    t.equal((await client.call('v1p1', '/users?limit=&offset=&filter=&fields=&sort=&unknown=1')).status, 200)
  })

  await t.test('longer than a thousand rows stream, and are the short ones in a row', async (t) => {
    const big = await service.school('A big school')
    await makePupils(big, 1_203)
    const reader = await rosterClient(t, service, big)
    t.equal((await reader.call('v1p2', '/enrollments?limit=10000')).text, '{"enrollments":[]}')
    const whole = await reader.call('v1p2', '/users?limit=10000')
    t.equal(whole.headers.get('x-total-count'), '1203')
    const short = await readAll(reader, 'v1p2', '/users', 700)
    t.same(whole.body.users, short)
    const some = "filter=familyName!='Family3'&sort=familyName&fields=sourcedId,familyName"
    t.same(
      (await reader.call('v1p2', `/users?limit=10000&${some}`)).body.users,
      await readAll(reader, 'v1p2', '/users', 600, `&${some}`),
    )
    t.equal((await reader.call('v1p2', "/users?limit=10000&filter=familyName='none'")).text, '{"users":[]}')
    t.equal((await reader.call('v1p2', '/users?limit=5000&offset=5000')).text, '{"users":[]}')
  })
})
