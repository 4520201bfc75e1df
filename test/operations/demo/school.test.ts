import { createHash } from 'node:crypto'
import t from 'tap'
import { generateDemoSchool } from '../../../src/operations/demo/school.ts'
import { faultOfLaestab, faultOfUrn } from '../../../src/records/schools/identifiers.ts'
import { oddDays, schoolOn } from './days.ts'

const hashOf = (school: object) => createHash('sha256').update(JSON.stringify(school)).digest('hex')

t.test('the same seed and day give the same school byte for byte, others give another', async (t) => {
  const wish = { seed: 1, today: '2026-11-23' }
  const hash = hashOf(generateDemoSchool(wish))
  t.equal(hashOf(generateDemoSchool(wish)), hash)
  t.not(hashOf(generateDemoSchool({ ...wish, seed: 2 })), hash)
  t.not(hashOf(generateDemoSchool({ ...wish, today: '2026-11-24' })), hash)
})

t.test('people, groups and lessons have the same ids on every day of the year', async (t) => {
  const [one, other] = [schoolOn('2026-11-23'), schoolOn('2027-08-31')]
  t.same(one.staff, other.staff)
  t.same(one.groups, other.groups)
  t.same(one.timetableEntries, other.timetableEntries)
  t.same(
    one.pupils.map((pupil) => pupil.id),
    other.pupils.map((pupil) => pupil.id),
  )
})

t.test('it takes under three seconds of processor time', async (t) => {
  const before = process.cpuUsage()
  generateDemoSchool({ seed: 5, today: '2027-08-31' })
  const { user, system } = process.cpuUsage(before)
  t.ok(user + system < 3_000_000, `${(user + system) / 1000} ms`)
})

t.test('the school has an establishment number and a URN of the right shape', async (t) => {
  const { school } = schoolOn('2026-11-23')
  t.equal(faultOfLaestab(school.laestab ?? ''), undefined)
  t.equal(faultOfUrn(school.urn ?? 0), undefined)
})

for (const day of oddDays) {
  t.test(`on ${day} every id is there once and every reference leads to an earlier list`, async (t) => {
    const { school, ...lists } = schoolOn(day)
    const seen = new Set<string>()
    const sharedIds = new Set(['staff', 'pupils', 'contacts'])
    for (const [list, rows] of Object.entries(lists)) {
      for (const row of rows)
        for (const [field, value] of Object.entries(row))
          if (field !== 'id' && field.endsWith('Id') && value !== null && !seen.has(value))
            t.fail(`${list}.${field} leads nowhere`)
      for (const row of rows) {
        if (!('id' in row)) continue
        if (seen.has(row.id) !== sharedIds.has(list))
          t.fail(`${list} has an id twice or a person without one`)
        seen.add(row.id)
      }
    }
    t.ok(seen.size > 10_000)
  })
}
