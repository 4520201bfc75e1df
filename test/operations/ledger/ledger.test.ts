import t from 'tap'
import { mounts } from '../../../src/app.ts'
import { unserved } from '../../../src/contract.ts'
import { openLedger } from '../../../src/operations/ledger/ledger.ts'
import { resources } from '../../../src/resources.ts'
import { makeFullSchool } from '../../support/full-school.ts'
import { serveTest } from '../../support/service.ts'

interface Row {
  operation: string
  times: number
  fieldGroups: string[]
}

t.test(
  'every operation that answers with something about a pupil is in the ledger of that pupil',
  async (t) => {
    const service = await serveTest(t)
    const school = await service.school()
    const full = await makeFullSchool(school)
    const pupilId = full.pupils[0]
    const register = (await school.get('/registers')).body.data[0].id
    await school.call('PUT', `/registers/${register}/marks`, {
      body: { marks: full.pupils.slice(0, 2).map((id) => ({ pupilId: id, code: 'L' })) },
      headers: { 'if-match': '*' },
    })
    const called = new Set<string>()
    for (const { method, path, operationId } of mounts(unserved).filter((each) => each.method === 'GET')) {
      const id = path.startsWith('/registers/') ? register : path.startsWith('/pupils/') ? pupilId : undefined
      const name = path.split('/')[1] as string
      const first = path.endsWith('/{id}') && !id ? (await firstOf(name))?.id : id
      if (path.includes('{') && !first) continue
      const include = [...(resources.find((each) => each.path === path)?.relations.keys() ?? [])].join(',')
      const asked = { '/marks': `?pupilId=${pupilId}`, '/changes/stream': '?seconds=1' }[path]
      const query = asked ?? (include ? `?include=${include}` : '')
      const { text } = await school.call(method, `${path.replace('{id}', first ?? '')}${query}`)
      if (text.includes(pupilId)) called.add(operationId)
    }
    async function firstOf(name: string) {
      if (!resources.some((each) => each.name === name)) return undefined
      const { data } = (await school.get(`/${name}?limit=1000`)).body
      return data.find((row: { pupilId?: string }) => row.pupilId === pupilId) ?? data[0]
    }
    await new Promise((resolve) => setTimeout(resolve, 700))
    const { data } = (await school.get(`/pupils/${pupilId}/disclosures?limit=1000`)).body
    const noted = new Set(data.map(({ operation }: Row) => operation))
    // Says nothing of the pupil but whose ledger was asked for.
    called.delete('listDisclosures')
    t.ok(called.size >= 10, [...called].join(' '))
    for (const operation of called) t.ok(noted.has(operation), `${operation} is noted`)
    t.ok(noted.has('takeRegister'))
    t.match(
      data.find(({ operation }: Row) => operation === 'readPupil'),
      {
        appName: 'Test client',
        accountId: null,
        agreementVersion: 1,
        fieldGroups: ['contacts', 'demographics', 'eligibility', 'identifiers', 'medical', 'sen'],
      },
    )
  },
)

t.test('answers are added up by pupil and hour, page by page in one order', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const { pupils } = await makeFullSchool(school)
  for (let at = 0; at < 5; at++) await school.get(`/pupils/${pupils[3]}?fields=admissionNumber`)
  await school.get('/pupils?fields=upn')
  await new Promise((resolve) => setTimeout(resolve, 700))
  const read = async (query: string) => (await school.get(`/pupils/${pupils[3]}/disclosures${query}`)).body
  const whole = (await read('')).data as Row[]
  t.match(
    whole.find(({ operation }) => operation === 'readPupil'),
    { times: 5, fieldGroups: [], firstAt: '2026-11-23T09:00:00.000Z' },
  )
  t.match(
    whole.find(({ operation }) => operation === 'listPupils'),
    { fieldGroups: ['identifiers'] },
  )
  const pages: Row[] = []
  for (let next: string | null = ''; next !== null; ) {
    const page = await read(`?limit=1${next && `&after=${next}`}`)
    pages.push(...page.data)
    next = page.next
  }
  t.same(
    pages.map(({ operation }) => operation),
    whole.map(({ operation }) => operation),
  )
  t.equal((await school.call('GET', '/pupils/0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11/disclosures')).status, 404)
})

t.test(
  'nothing is lost on a clean stop, nor when a storing fails, and a full buffer makes answers wait',
  async (t) => {
    const service = await serveTest(t)
    const school = await service.school()
    const { pupils } = await makeFullSchool(school)
    const about = {
      schoolId: school.id,
      appId: school.clientId,
      accountId: undefined,
      agreementVersion: 7,
      operation: 'test',
      fieldGroups: '',
    }
    const state: { db: object } = { db: { clock: service.db.clock } }
    const ledger = openLedger(new Proxy(service.db, { get: (_, name) => Reflect.get(state.db, name) }), {
      flushEveryMs: 3_600_000,
      mostEntries: 3,
    })
    t.equal(ledger.note({ ...about, pupilIds: pupils.slice(0, 2) }), undefined)
    await t.rejects(ledger.flush(), 'the database is away')
    state.db = service.db
    const wait = ledger.note({ ...about, pupilIds: pupils })
    t.ok(wait instanceof Promise, 'four pupils are more than three')
    await wait
    ledger.note({ ...about, pupilIds: [pupils[0]] })
    await ledger.close()
    const times = async (id: string) =>
      ((await school.get(`/pupils/${id}/disclosures`)).body.data as Row[]).find(
        ({ operation }) => operation === 'test',
      )?.times
    t.same([await times(pupils[0]), await times(pupils[1]), await times(pupils[3])], [3, 2, 1])
  },
)
