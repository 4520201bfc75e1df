import t from 'tap'
import { readScope } from '../../src/foundation/resource/resource.ts'
import { groupOf } from '../../src/foundation/resource/spoken.ts'
import { createDemoSchool } from '../../src/operations/demo/create.ts'
import { resources } from '../../src/resources.ts'
import { makeLittleSchool, newPupil } from '../support/little-school.ts'
import { serveTest } from '../support/service.ts'

t.test(
  'lists: every page size gives the same records in the same order, and a cursor opens nothing else',
  async (t) => {
    const service = await serveTest(t)
    const school = await service.school()
    await makeLittleSchool(school, 11)
    for (const { path, name, view } of resources) {
      const whole = (await school.get(`${path}?limit=1000`)).body
      t.equal(whole.next, null)
      for (const sort of [
        'id',
        ...Object.keys(view.sorts ?? {}),
        ...Object.keys(view.sorts ?? {}).map((key) => `-${key},id`),
      ]) {
        const all = (await school.get(`${path}?limit=1000&sort=${sort}`)).body.data.map(
          ({ id }: { id: string }) => id,
        )
        t.same([...all].sort(), whole.data.map(({ id }: { id: string }) => id).sort(), `${name} by ${sort}`)
        for (const size of [1, 2, 3, 7]) {
          if (all.length / size > 8) continue
          const seen: string[] = []
          for (let next: string | null = ''; next !== null; ) {
            const page: { data: { id: string }[]; next: string | null } = (
              await school.get(`${path}?limit=${size}&sort=${sort}${next && `&after=${next}`}`)
            ).body
            seen.push(...page.data.map(({ id }) => id))
            next = page.next
          }
          t.same(seen, all, `${name} by ${sort}, ${size} a page`)
        }
      }
    }
    const { next } = (await school.get('/pupils?limit=2')).body
    const broken = async (query: string, who = school) =>
      (await who.call('GET', `/pupils?${query}`)).body.code
    t.equal(await broken(`limit=2&after=${next}A`), 'cursor-invalid', 'a cursor that was tampered with')
    t.equal(await broken(`limit=2&after=${next.slice(1)}`), 'cursor-invalid')
    t.equal(await broken(`limit=2&after=${next}&yearGroup=7`), 'cursor-invalid', 'of another filter')
    t.equal(await broken(`limit=2&after=${next}&sort=yearGroup`), 'cursor-invalid', 'of another sort')
    t.equal(
      await broken(`limit=2&after=${next}`, await service.school('Other')),
      'cursor-invalid',
      'of another school',
    )
    for (const limit of ['0', '1001', '-1', 'x', '1.5', '99999999999999999999'])
      t.equal(await broken(`limit=${limit}`), 'query-invalid', `limit=${limit}`)
    const inserted = (await school.get('/pupils?limit=3')).body
    await school.post('/pupils', newPupil(500))
    const rest = (await school.get(`/pupils?limit=1000&after=${inserted.next}`)).body.data
    t.equal(rest.length, 9, 'an insertion moves no page')
  },
)

t.test('reads: an ETag answers 304 until the record changes, for lists until the school does', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  await makeLittleSchool(school, 2)
  for (const { path, name } of resources) {
    const page = await school.get(path)
    const unchanged = await school.call('GET', path, { headers: { 'if-none-match': page.etag } })
    t.equal(unchanged.status, 304, `${name} list`)
    t.equal(unchanged.text, '')
    const id = page.body.data[0]?.id
    if (!id) continue
    const one = await school.get(`${path}/${id}`)
    t.match(one.etag, /^"\d+-[\w-]+"$/)
    t.equal(
      (await school.call('GET', `${path}/${id}`, { headers: { 'if-none-match': one.etag } })).status,
      304,
      name,
    )
  }
  const before = await school.get('/rooms')
  await school.post('/rooms', { code: 'X', name: 'X' })
  const after = await school.call('GET', '/rooms', { headers: { 'if-none-match': before.etag } })
  t.equal(after.status, 200)
})

t.test('writes: If-Match guards each change, and what does not change is not written', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const room = await school.post('/rooms', { code: 'A', name: 'A' })
  const path = `/rooms/${room.body.id}`
  const patch = (body: object, headers: Record<string, string>) =>
    school.call('PATCH', path, { body, headers })
  t.equal((await patch({ name: 'B' }, {})).status, 428)
  t.equal((await patch({ name: 'B' }, { 'if-match': 'nonsense' })).status, 400)
  t.equal((await patch({ name: 'B' }, { 'if-match': '"9-abc"' })).status, 412)
  t.equal(
    (await patch({ name: 'B' }, { 'if-match': `W/${room.etag}` })).status,
    412,
    'a weak tag never matches',
  )
  const same = await patch({ name: 'A' }, { 'if-match': room.etag })
  t.equal(same.etag, room.etag, 'the same value makes no new version')
  const changed = await patch({ name: 'B', capacity: 30 }, { 'if-match': `"77-x", ${room.etag}` })
  t.match(changed.body, { name: 'B', capacity: 30 })
  t.match(
    (await patch({ capacity: null }, { 'if-match': changed.etag })).body,
    { capacity: null },
    'null clears',
  )
  t.equal((await patch({ name: null }, { 'if-match': '*' })).status, 400, 'but not what must be there')
  t.equal((await school.call('DELETE', path)).status, 428)
  t.equal((await school.call('DELETE', path, { headers: { 'if-match': room.etag } })).status, 412)
  const current = await school.get(path)
  t.equal((await school.call('DELETE', path, { headers: { 'if-match': current.etag } })).status, 204)
  t.equal((await school.call('GET', path)).status, 404)
})

t.test('an Idempotency-Key gives the first answer again, and only to the same request', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const key = { 'idempotency-key': 'one' }
  const post = (body: object, headers: Record<string, string> = key) =>
    school.call('POST', '/rooms', { body, headers })
  const deliveries = await Promise.all(Array.from({ length: 20 }, () => post({ code: 'A', name: 'A' })))
  t.ok(deliveries.every(({ status }) => status === 201 || status === 409))
  t.equal((await school.get('/rooms')).body.data.length, 1, 'twenty deliveries have one effect')
  const again = await post({ code: 'A', name: 'A' })
  t.equal(again.status, 201)
  t.equal(again.headers.get('idempotency-replayed'), 'true')
  t.equal(again.text, deliveries.find(({ status }) => status === 201)?.text)
  t.equal((await post({ code: 'B', name: 'B' })).body.code, 'idempotency-key-reused')
  t.equal((await post({ code: 'B', name: 'B' }, { 'idempotency-key': 'ä b' })).status, 400)
  const failed = await post({ code: 'A', name: 'again' }, { 'idempotency-key': 'two' })
  t.equal(failed.status, 409)
  t.equal(
    (await post({ code: 'C', name: 'C' }, { 'idempotency-key': 'two' })).status,
    201,
    'a failure claims no key',
  )
})

t.test('a dry run does everything and keeps nothing, not even its number in the change log', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const dry = { prefer: 'tx=rollback' }
  const made = await school.call('POST', '/rooms', {
    body: { code: 'A', name: 'A' },
    headers: { ...dry, 'idempotency-key': 'k' },
  })
  t.equal(made.status, 201)
  t.equal(made.headers.get('preference-applied'), 'tx=rollback')
  t.same((await school.get('/rooms')).body.data, [])
  const real = await school.call('POST', '/rooms', {
    body: { code: 'A', name: 'A' },
    headers: { 'idempotency-key': 'k' },
  })
  t.equal(real.headers.get('idempotency-replayed'), null)
  const strict = await school.call('POST', '/rooms', {
    body: { code: 'B', name: 'B' },
    headers: { prefer: 'handling=strict, respond-async' },
  })
  t.equal(strict.status, 400)
  const many = await school.call('POST', '/pupils/batch', {
    body: { items: [newPupil(1), newPupil(2)] },
    headers: { prefer: 'max-affected=1' },
  })
  t.equal(many.status, 412)
  t.same((await school.get('/pupils')).body.data, [])
})

t.test('field groups are absent without their scope, and cannot be named anywhere', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const made = await school.post('/pupils', {
    ...newPupil(1),
    upn: 'B801200005001',
    birthDate: '2015-01-02',
    senStatus: 'K',
  })
  for (const of of resources) {
    const groups = Object.entries(of.row.properties).flatMap(([name, schema]) =>
      groupOf(schema) ? [[name, groupOf(schema)]] : [],
    )
    for (const [field, group] of groups) {
      const scopes = [readScope(of), `${of.scope}:write`]
      const name = `${of.name}.${field}`
      const plain = await school.call('GET', of.path, { scopes })
      t.ok(
        plain.body.data.every((row: object) => !((field as string) in row)),
        `${name} is absent`,
      )
      t.equal(
        (await school.call('GET', `${of.path}?fields=${field}`, { scopes })).body.code,
        'field-group-not-granted',
        `fields ${name}`,
      )
      if (of.filter.properties[field as string]) {
        const value = field === 'birthDate' ? '2015-01-02' : String(field).startsWith('is') ? 'true' : 'K'
        t.equal(
          (await school.call('GET', `${of.path}?${field}=${value}`, { scopes })).body.code,
          'field-group-not-granted',
          `filter ${name} ${group}`,
        )
      }
    }
  }
  const scopes = ['pupils:read', 'pupils:write', 'groups:read']
  const path = `/pupils/${made.body.id}`
  t.notOk('upn' in (await school.call('GET', path, { scopes })).body)
  const write = await school.call('PATCH', path, {
    scopes,
    body: { upn: null },
    headers: { 'if-match': made.etag },
  })
  t.equal(write.body.code, 'field-group-not-granted', 'nor be written')
  t.equal(
    (await school.call('GET', '/pupils?include=contacts', { scopes })).body.code,
    'scope-missing',
    'what is included needs its own scope',
  )
  t.notOk(/B8012/.test((await school.call('GET', '/memberships?include=pupil', { scopes })).text))
  t.equal((await school.call('GET', '/pupils?sort=birthDate')).status, 400)
})

t.test(
  'each write is one entry of the change log, numbered without a gap in the order of commits',
  async (t) => {
    const service = await serveTest(t)
    const school = await service.school()
    await Promise.all(
      Array.from({ length: 40 }, (_, at) => school.post('/rooms', { code: `R${at}`, name: `Room ${at}` })),
    )
    const room = (await school.get('/rooms?limit=1')).body.data[0]
    const one = await school.get(`/rooms/${room.id}`)
    await school.call('PATCH', `/rooms/${room.id}`, {
      body: { capacity: 12 },
      headers: { 'if-match': one.etag },
    })
    await school.call('DELETE', `/rooms/${room.id}`, { headers: { 'if-match': '*' } })
    const { rows } = await service.db.pool.query('select 1')
    t.ok(rows)
    const client = await service.db.pool.connect()
    await client.query(`begin; set local app.school = '${school.id}'`)
    const log = await client.query('select number, action, fields, actor from changes order by number')
    await client.query('commit')
    client.release()
    t.same(
      log.rows.map(({ number }) => number),
      Array.from({ length: 43 }, (_, at) => at + 1),
      'with the agreement that opened the school',
    )
    t.match(log.rows.at(-2), { action: 'changed', fields: ['capacity'], actor: school.clientId })
    t.match(log.rows.at(-1), { action: 'removed' })
  },
)

t.test('the demo school answers every list of the contract within its schema', async (t) => {
  const service = await serveTest(t)
  const demo = await createDemoSchool(service.db)
  const school = await service.school('Demo', demo.schoolId)
  for (const { path, relations } of resources) {
    const include = [...relations.keys()].join(',')
    const answer = await school.get(`${path}?limit=200${include && `&include=${include}`}`)
    t.ok(answer.status === 200, path)
  }
  t.ok((await school.get('/lessons?limit=1000')).body.data.length > 100)
  t.equal((await school.get('/attendance-summaries?limit=1000')).body.data.length, 910)
})
