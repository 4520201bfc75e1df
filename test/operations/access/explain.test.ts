import t from 'tap'
import { serveBeside } from '../../oauth/beside.ts'
import { makeFullSchool } from '../../support/full-school.ts'
import { personAt, tokenFor } from '../../support/people.ts'
import { serveTest } from '../../support/service.ts'

t.test('an administrator learns why somebody sees what', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const teacher = await personAt(service, school, { personId: full.staff.teacher, kind: 'staff' }, [
    { role: 'teacher' },
  ])
  const guardian = await personAt(service, school, { personId: full.guardian, kind: 'contact' })
  const explain = async (query: Record<string, string>) =>
    (
      await school.get(
        `/access/explain?${new URLSearchParams({ appId: school.clientId, resource: 'pupils', ...query })}`,
      )
    ).body

  const whole = await explain({})
  t.match(whole, { verdict: 'The app reads pupils of the whole school.', pupil: null })
  const taught = await explain({ accountId: teacher.accountId, pupilId: full.pupils[1] })
  t.match(taught, {
    verdict: 'The app reads pupils for this person, as far as: taught.',
    pupil: { isWithheld: false, rules: ['taught'], isReached: true },
  })
  t.match(
    taught.scopes.find(({ scope }: { scope: string }) => scope === 'pupils.medical:read'),
    {
      isRegistered: true,
      isAgreed: true,
      rules: [],
      isGranted: false,
      fields: ['medicalConditions', 'medicalNotes'],
    },
  )
  t.match((await explain({ accountId: teacher.accountId, pupilId: full.pupils[0] })).pupil, {
    rules: [],
    isReached: false,
  })
  t.match((await explain({ accountId: guardian.accountId, pupilId: full.pupils[0] })).pupil, {
    rules: ['children'],
    isReached: true,
  })
  t.match(
    (await explain({ accountId: guardian.accountId, pupilId: full.pupils[1] })).pupil,
    { isReached: false },
    'barred',
  )
  t.equal((await school.call('GET', `/access/explain?appId=app_x&resource=pupils`)).status, 404)
  t.equal(
    (await school.call('GET', `/access/explain?appId=${school.clientId}&resource=nonsense`)).status,
    400,
  )
})

t.test('a change of a role is rehearsed, then takes effect within a second, on two processes', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const admin = await personAt(service, school, { personId: full.staff.other, kind: 'staff' }, [
    { role: 'administrator' },
  ])
  const teacher = await personAt(service, school, { personId: full.staff.teacher, kind: 'staff' }, [
    { role: 'teacher' },
  ])
  const { scopes } = (await admin.get('/roles')).body.data.find(
    ({ name }: { name: string }) => name === 'teacher',
  )
  const changed = [
    ...scopes.filter((scope: string) => scope !== 'behaviour:read' && scope !== 'behaviour:write'),
    'pupils.demographics:read',
  ]
  const rehearsed = await admin.call('POST', '/access/rehearsals', {
    body: { role: 'teacher', scopes: changed },
  })
  t.same(rehearsed.body.appear, [
    {
      scope: 'pupils.demographics:read',
      fields: [
        'pupils.birthDate',
        'pupils.sex',
        'pupils.ethnicity',
        'pupils.firstLanguage',
        'pupils.religion',
      ],
    },
  ])
  t.same(
    rehearsed.body.disappear.map(({ scope }: { scope: string }) => scope),
    ['behaviour:read', 'behaviour:write'],
  )
  t.equal(rehearsed.body.people, 1)
  t.equal((await teacher.get('/behaviour-events')).status, 200, 'nothing has changed yet')
  const { near } = await serveBeside(t, service, { PUBLIC_URL: service.publicUrl })
  const token = await tokenFor(service, school, teacher.accountId)
  const besideStatus = async () =>
    (await fetch(`${near}/v1/behaviour-events`, { headers: { authorization: `Bearer ${token}` } })).status
  t.equal(await besideStatus(), 200)

  const beyond = await admin.call('PUT', '/roles/teacher', {
    body: { scopes: [...changed, 'pupils:write'] },
  })
  t.match(beyond, { status: 422, body: { errors: [{ message: /may never hold pupils:write/ }] } })
  t.match(
    await admin.call('PUT', '/roles/guardian', { body: { scopes: [] } }),
    { status: 422 },
    "the law's floor",
  )
  t.match(await school.call('PUT', '/roles/teacher', { body: { scopes: changed } }), {
    body: { code: 'person-required' },
  })
  t.equal((await admin.call('PUT', '/roles/teacher', { body: { scopes: changed } })).status, 200)
  const began = performance.now()
  while ((await teacher.get('/behaviour-events')).status !== 403 && performance.now() - began < 1000);
  t.equal((await teacher.get('/behaviour-events')).status, 403)
  t.ok('birthDate' in (await teacher.get('/pupils')).body.data[0])
})

t.test('two roles reach what each reaches, and fields only where their own role reaches', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  await school.post('/memberships', {
    groupId: full.forms[0],
    staffId: full.staff.teacher,
    role: 'tutor',
    validFrom: '2026-09-01',
  })
  const both = await personAt(service, school, { personId: full.staff.teacher, kind: 'staff' }, [
    { role: 'teacher' },
    { role: 'tutor' },
  ])
  const ids = async (query: string) =>
    (await both.get(`/pupils${query}`)).body.data
      .map(({ id }: { id: string }) => full.pupils.indexOf(id))
      .sort()
  t.same(await ids(''), [0, 1, 2], 'taught and tutored')
  t.notOk(
    'birthDate' in (await both.get('/pupils')).body.data[0],
    'a tutor knows the birth date, a teacher does not',
  )
  t.same(await ids('?fields=birthDate'), [0, 1], 'named, it narrows the list to the form')
  t.equal((await both.get(`/pupils/${full.pupils[2]}?fields=birthDate`)).status, 404)
  t.equal((await both.get(`/pupils/${full.pupils[1]}?fields=birthDate`)).status, 200)
})

t.test(
  'relations count on the day: who left the group, the school or the job sees nothing more',
  async (t) => {
    const service = await serveTest(t)
    const school = await service.school()
    const full = await makeFullSchool(school)
    const teacher = await personAt(service, school, { personId: full.staff.teacher, kind: 'staff' }, [
      { role: 'teacher' },
    ])
    t.equal((await teacher.get('/pupils')).body.data.length, 2)
    const [membership] = (await school.get(`/memberships?groupId=${full.set}&staffId=${full.staff.teacher}`))
      .body.data
    await school.call('PATCH', `/memberships/${membership.id}`, {
      body: { validUntil: '2026-11-23' },
      headers: { 'if-match': '*' },
    })
    t.same((await teacher.get('/pupils')).body.data, [], 'at once')
    t.same(
      (await teacher.get('/memberships?asOf=2026-10-01&limit=100')).body.data.filter(
        (row: { pupilId: string | null }) => row.pupilId,
      ),
      [],
    )
    await school.call('PATCH', `/staff/${full.staff.teacher}`, {
      body: { employedUntil: '2026-11-23' },
      headers: { 'if-match': '*' },
    })
    const other = await personAt(service, school, { personId: full.staff.tutor, kind: 'staff' }, [
      { role: 'tutor', validFrom: '2026-01-01', validUntil: '2026-11-23' },
    ])
    t.equal((await other.get('/pupils')).status, 403, 'a role that has ended')
  },
)

t.test('staff name sensitive fields with a recent second factor only', async (t) => {
  const service = await serveTest(t)
  const school = await service.school()
  const full = await makeFullSchool(school)
  const weak = await personAt(
    service,
    school,
    { personId: full.staff.teacher, kind: 'staff' },
    [{ role: 'teacher' }],
    { amr: ['pwd'] },
  )
  t.notOk('senStatus' in (await weak.get('/pupils')).body.data[0])
  const named = await weak.get('/pupils?fields=senStatus')
  t.match(named, { status: 401, body: { code: 'step-up-required' } })
  t.match(
    named.headers.get('www-authenticate'),
    /insufficient_user_authentication.*acr_values="urn:open-mis:acr:mfa", max_age="28800"/,
  )
  const stale = await personAt(
    service,
    school,
    { personId: full.staff.tutor, kind: 'staff' },
    [{ role: 'tutor' }],
    {
      authTime: Math.floor(Date.now() / 1000) - 9 * 3600,
    },
  )
  t.equal((await stale.get('/pupils?fields=senStatus')).status, 401, 'nine hours are not recent')
})
