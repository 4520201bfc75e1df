import t from 'tap'
import { addDays } from '../../../src/foundation/time/days.ts'
import { notebook } from '../../../src/protocols/oneroster/csv/read/read.ts'
import { newRoster } from '../../../src/protocols/sds/import/roster.ts'
import { placeSessions, requireSpan } from '../../../src/protocols/sds/import/sessions.ts'
import { v21Shapes } from '../../../src/protocols/sds/import/shapes.ts'
import { headerOf } from '../../../src/protocols/sds/import/table.ts'

const origin = headerOf(v21Shapes.academicsessions)
const lasting = (id: string, startsOn: string, days: number) => ({
  ...{ id, title: id, startsOn, endsOn: addDays(startsOn, days - 1), type: 'term', line: origin },
})

function placed(today: string, ...sessions: ReturnType<typeof lasting>[]) {
  const roster = newRoster(notebook('sds', true))
  const { currentYear } = placeSessions(roster, sessions, { today, origin })
  const current = currentYear()
  const rows = roster.files.academicsessions.map((row) =>
    [row.id, row.cell('type'), row.cell('parentSourcedId')].join(' ').trim(),
  )
  return { current, rows }
}

t.test('what lasts more than 200 days is a school year', async (t) => {
  t.same(placed('2026-11-23', lasting('a', '2026-09-01', 201)).rows, ['a schoolYear'])
  t.same(placed('2026-11-23', lasting('a', '2026-09-01', 200)).rows, [
    'made-up-year-2026 schoolYear',
    'a term made-up-year-2026',
  ])
})

t.test('the year around today runs from September to August, unless the archive has one there', async (t) => {
  t.equal(placed('2026-08-31').current, 'made-up-year-2025')
  t.equal(placed('2026-09-01').current, 'made-up-year-2026')
  t.equal(placed('2100-01-01').current, 'made-up-year-2099')
  const year = lasting('y', '2026-09-01', 323)
  t.equal(placed('2027-07-20', year).current, 'y')
  t.equal(
    placed('2027-08-01', year).current,
    'y',
    'after its last day, since no other may start on its first',
  )
  t.equal(placed('2027-09-01', year).current, 'made-up-year-2027')
  const american = lasting('us', '2026-07-01', 365)
  t.equal(placed('2026-08-01', american).current, 'us')
})

t.test('terms of two school years stand below two years', async (t) => {
  t.same(placed('2026-11-23', lasting('a', '2026-04-12', 90), lasting('b', '2026-09-03', 100)).rows, [
    'made-up-year-2025 schoolYear',
    'a term made-up-year-2025',
    'made-up-year-2026 schoolYear',
    'b term made-up-year-2026',
  ])
})

t.test('a session has two days at least and fits into a school year', async (t) => {
  t.doesNotThrow(() => requireSpan('2026-09-01', '2026-09-02'))
  t.throws(() => requireSpan('2026-09-01', '2026-09-01'), /ends before/)
  t.doesNotThrow(() => requireSpan('2026-09-01', addDays('2026-09-01', 371)))
  t.throws(() => requireSpan('2026-09-01', addDays('2026-09-01', 372)), /longer than a school year/)
})
