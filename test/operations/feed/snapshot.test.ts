import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { withholdPupils } from '../../../src/operations/apps/withheld.ts'
import { newPupil } from '../../support/little-school.ts'
import { asSystem } from '../../support/people.ts'
import { serveTest, type TestSchool } from '../../support/service.ts'

interface Line {
  snapshot?: { number: number; cursor: string; view: string }
  resource?: string
  record?: { id: string }
  position?: string
  end?: boolean
  records?: number
}

const linesOf = async (school: TestSchool, query: string): Promise<Line[]> => {
  const { text } = await school.get(`/snapshot?${query}`)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

t.test('a snapshot that breaks off goes on behind its last position', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const ids: string[] = []
  for (const from of [0, 1000])
    ids.push(
      ...(
        await school.post('/pupils/batch', {
          items: Array.from({ length: 1000 }, (_, at) => newPupil(from + at)),
        })
      ).body.ids,
    )
  const whole = await linesOf(school, 'resources=pupils')
  const broken = whole.slice(0, whole.findIndex(({ position }) => position) + 1)
  const rest = await linesOf(school, `resources=pupils&after=${broken.at(-1)?.position}`)
  const told = [...broken, ...rest].flatMap(({ record }) => (record ? [record.id] : []))
  t.same([...told].sort(), ids.sort(), 'each once')
  t.match(rest.at(-1), { end: true, records: 1000 })
  t.same(rest[0]?.snapshot?.view, whole[0]?.snapshot?.view)

  const agreement = await asSystem(service, school, async (tx) => {
    const { sql } = await import('drizzle-orm')
    const [row] = await tx.sql<{ id: string }>(
      sql`select id from agreements where app_id = ${school.clientId}`,
    )
    await withholdPupils(tx, row?.id as string, [{ pupilId: ids[0] as string, reason: 'Asked.' }])
    return row?.id as string
  })
  t.ok(agreement)
  const late = await school.call('GET', `/snapshot?resources=pupils&after=${broken.at(-1)?.position}`)
  t.match(late, { status: 409, body: { code: 'conflict' } }, 'not under another view')
  const other = await linesOf(school, 'resources=pupils&part=1/2')
  t.not(other[0]?.snapshot?.view, whole[0]?.snapshot?.view, 'which parts tell as well')
  t.equal((await school.call('GET', '/snapshot?part=3/2')).status, 400)
  t.equal((await school.call('GET', '/snapshot?after=nonsense')).status, 400)
})

t.test('it is compressed for those who take it, and few are read at a time', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  await school.post('/rooms', { code: 'A1', name: 'Art' })
  const { request } = await import('node:http')
  const url = new URL(`${service.publicUrl}/v1/snapshot?resources=rooms`)
  const authorization = `Bearer ${await school.token()}`
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    const sent = request(url, { headers: { authorization, 'accept-encoding': 'gzip' } }, async (answer) => {
      t.equal(answer.headers['content-encoding'], 'gzip')
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk)
      resolve(Buffer.concat(chunks))
    })
    sent.on('error', reject)
    sent.end()
  })
  t.match(gunzipSync(bytes).toString(), /"name":"Art"/)
  const { SchoolSnapshot } = await import('../../../src/foundation/db/snapshot.ts')
  const held = [
    await SchoolSnapshot.open(service.db, school.id),
    await SchoolSnapshot.open(service.db, school.id),
  ]
  const busy = await school.call('GET', '/snapshot')
  t.match(busy, { status: 503, body: { code: 'overloaded' } })
  t.ok(busy.headers.get('retry-after'))
  for (const each of held) await each.close()
  t.equal((await school.get('/snapshot')).status, 200)
})
