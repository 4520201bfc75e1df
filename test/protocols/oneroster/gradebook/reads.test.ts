import t from 'tap'
import { gradebookOf, makeGradebookSchool } from '../../../support/gradebook-school.ts'
import { type Row, rosterClient } from '../../../support/oneroster-client.ts'
import { change } from '../../../support/roster-school.ts'
import { serveTest } from '../../../support/service.ts'

const versions = ['v1p1', 'v1p2'] as const

t.test("the school's own assessment is its gradebook", async (t) => {
  const service = await serveTest(t)
  const own = await service.school()
  const school = await makeGradebookSchool(own)
  const client = await rosterClient(t, service, own)
  const [first, second, third] = school.pupils
  const titled = (rows: Row[], title: string) => rows.find((row) => row.title === title)

  for (const version of versions)
    await t.test(`in ${version}`, async (t) => {
      const book = gradebookOf(client, version)
      const items = await book.rows(`/classes/${school.set}/lineItems`)
      t.same(items.map(({ title }) => title).sort(), ['Algebra test, Autumn', 'Mathematics, Autumn (target)'])
      const test = titled(items, 'Algebra test, Autumn')
      t.match(test, { resultValueMin: 0, resultValueMax: 60, class: { sourcedId: school.set } })
      t.same(test.metadata, { resultType: 'Result' })
      t.equal(test.assignDate, '2026-11-01T00:00:00.000Z')
      t.match(titled(items, 'Mathematics, Autumn (target)'), { resultValueMin: 0, resultValueMax: 9 })

      const categories = await book.rows('/categories')
      t.same(
        categories.map(({ title }) => title).sort(),
        ['Estimate', 'Interim', 'Provisional', 'Result', 'Target'],
        'every class has a category for each type of result',
      )
      t.equal(titled(categories, 'Result').sourcedId, test.category.sourcedId)
      const period = await client.one(version, `/gradingPeriods/${test.gradingPeriod.sourcedId}`)
      t.equal(period.parent.sourcedId, (await client.rows(version, '/terms'))[0].sourcedId)

      const under = await book.rows(`/classes/${school.set}/lineItems/${test.sourcedId}/results`)
      t.same(
        under.map(({ student, score }) => [student.sourcedId, score]).sort(),
        [
          [second, 42],
          [third, 51],
        ].sort(),
      )
      t.match(under[0], { scoreStatus: 'fully graded', scoreDate: '2026-11-23' })
      const [target] = await book.rows(
        `/classes/${school.set}/students/${second}/results?filter=${encodeURIComponent("score='8'")}`,
      )
      t.match(target, { score: 8, student: { sourcedId: second } })
      t.same(version === 'v1p2' ? target.textScore : target.metadata.textScore, '8')
      t.same(await book.one(`/results/${target.sourcedId}`), target)
      t.same(
        await book.rows(`/classes/${school.set}/students/${first}/results`),
        [],
        'who is in no such class',
      )
      t.equal((await book.read(`/classes/${school.forms[0]}/lineItems/nothing/results`)).status, 404)
      t.equal((await book.rows('/results')).length, 3)
    })

  await t.test('a class has the scale of the grades by which it is assessed', async (t) => {
    const book = gradebookOf(client, 'v1p2')
    const [scale, ...others] = await book.rows(`/classes/${school.set}/scoreScales`)
    t.same(others, [])
    t.match(scale, {
      title: 'GCSE 9-1',
      type: 'grades',
      class: { sourcedId: school.set },
      course: { sourcedId: school.subject },
    })
    t.same(scale.scoreScaleValue.slice(0, 2), [
      { itemValueLHS: '9', itemValueRHS: '9' },
      { itemValueLHS: '8', itemValueRHS: '8' },
    ])
    t.same(await book.rows(`/schools/${own.id}/scoreScales`), [scale])
    t.same(await book.one(`/scoreScales/${scale.sourcedId}`), scale)
    const items = await book.rows('/lineItems')
    t.equal(items.filter((item) => item.scoreScale?.sourcedId === scale.sourcedId).length, 1)
  })

  await t.test('assessments are what was measured, whatever the class', async (t) => {
    const book = gradebookOf(client, 'v1p2')
    const items = await book.rows('/assessmentLineItems')
    t.same(items.map(({ title }) => title).sort(), [
      'A, S',
      'Algebra test, Autumn',
      'Mathematics, Autumn (target)',
    ])
    const results = await book.rows('/assessmentResults')
    t.equal(results.length, 4 + 3, 'four pupils have the result of the school that has no subject')
    t.same(await book.one(`/assessmentResults/${results[0].sourcedId}`), results[0])
    t.same(await book.one(`/assessmentLineItems/${items[0].sourcedId}`), items[0])
  })

  await t.test('a result stays in the class in which it was earned', async (t) => {
    const book = gradebookOf(client, 'v1p2')
    const other = (
      await own.post('/groups', {
        kind: 'teaching',
        code: '7Ma2',
        name: '7Ma2',
        subjectId: school.subject,
        yearGroup: 7,
      })
    ).body.id
    const { data } = (await own.get(`/memberships?groupId=${school.set}&pupilId=${third}`)).body
    service.clock.set('2026-11-26T09:00:00Z')
    await change(own, `/memberships/${data[0].id}`, { validUntil: '2026-11-25' })
    await own.post('/memberships', { groupId: other, pupilId: third, role: 'pupil', validFrom: '2026-11-25' })
    const there = await book.rows(`/classes/${school.set}/results`)
    t.ok(there.some(({ student }) => student.sourcedId === third))
    t.same(await book.rows(`/classes/${other}/results`), [])
  })

  await t.test('a change in the school is a change here', async (t) => {
    const book = gradebookOf(client, 'v1p1')
    const before = (await book.rows('/results')).find(({ score }) => score === 42)
    service.clock.set('2026-11-26T10:00:00Z')
    await change(own, `/results/${before.sourcedId}`, { value: '43' })
    const since = encodeURIComponent("dateLastModified>'2026-11-26T09:59:59Z'")
    t.match(await book.rows(`/results?filter=${since}`), [{ sourcedId: before.sourcedId, score: 43 }])
  })
})
