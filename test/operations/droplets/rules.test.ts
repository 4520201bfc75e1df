import t from 'tap'
import { instantOfLocal, localTime } from '../../../src/foundation/time/clock.ts'
import { addDays } from '../../../src/foundation/time/days.ts'
import { type Fact, type Hours, mailTime, toldTo } from '../../../src/operations/droplets/rules.ts'

const local = {
  of: (instant: string) => localTime(new Date(instant)),
  at: (date: string, time: string) => instantOfLocal(date, time).toISOString(),
  nextDay: (date: string) => addDays(date, 1),
}
const hours = (more: Partial<Hours>): Hours => ({
  quietFrom: null,
  quietUntil: null,
  digestAt: null,
  ...more,
})
const at = (instant: string, more: Partial<Hours> = {}) => mailTime(instant, hours(more), local)

t.test('a letter waits for the end of the quiet hours, in local time', async (t) => {
  const night = { quietFrom: '20:00', quietUntil: '07:00' }
  t.equal(at('2026-11-23T12:00:00.000Z', night), '2026-11-23T12:00:00.000Z')
  t.equal(at('2026-11-23T21:30:00.000Z', night), '2026-11-24T07:00:00.000Z')
  t.equal(at('2026-11-24T03:00:00.000Z', night), '2026-11-24T07:00:00.000Z')
  t.equal(at('2026-07-01T20:30:00.000Z', night), '2026-07-02T06:00:00.000Z', 'summer time')
  const lessons = { quietFrom: '09:00', quietUntil: '15:00' }
  t.equal(at('2026-11-23T10:00:00.000Z', lessons), '2026-11-23T15:00:00.000Z')
})

t.test('a digest comes once a day', async (t) => {
  const digest = { digestAt: '16:00' }
  t.equal(at('2026-11-23T10:00:00.000Z', digest), '2026-11-23T16:00:00.000Z')
  t.equal(at('2026-11-23T16:30:00.000Z', digest), '2026-11-24T16:00:00.000Z')
  t.equal(at('2026-03-28T17:00:00.000Z', digest), '2026-03-29T15:00:00.000Z', 'the clock goes forward')
})

t.test(
  'those are told whom a rule names; families when it is published, never where it is not',
  async (t) => {
    const fact: Fact = {
      kind: 'result-published',
      pupilId: 'p',
      resource: 'results',
      recordId: 'r',
      facts: {},
      happenedAt: '2026-11-23T09:00:00.000Z',
      publishesAt: '2026-11-24T08:00:00.000Z',
    }
    const recipients = [
      { audience: 'guardian', pupilId: 'p', personId: 'g' },
      { audience: 'tutor', pupilId: 'p', personId: 't' },
      { audience: 'pupil', pupilId: 'p', personId: 'p' },
      { audience: 'guardian', pupilId: 'other', personId: 'o' },
    ] as const
    const told = (facts: Fact[]) =>
      toldTo(facts, recipients, (_kind, audience) => audience !== 'pupil').map((each) => [
        each.personId,
        each.visibleAt,
      ])
    t.same(told([fact]), [
      ['g', '2026-11-24T08:00:00.000Z'],
      ['t', '2026-11-23T09:00:00.000Z'],
    ])
    t.same(told([{ ...fact, publishesAt: null }]), [['t', '2026-11-23T09:00:00.000Z']])
  },
)
