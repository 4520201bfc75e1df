import fc from 'fast-check'
import t from 'tap'
import { type Amendment, historyOf, isUnbroken } from '../../../../src/records/attendance/history/events.ts'

const seeded = { seed: 20_260_901 }
const minute = (number: number) => `2026-09-02T08:${String(number).padStart(2, '0')}:00Z`

t.test('every earlier register is found again from the last one and the amendments', async () => {
  const step = fc.record({ position: fc.integer({ min: 0, max: 5 }), becomes: fc.constantFrom(...'./|LNIU') })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let marks = '......'
      const states = [marks]
      const amendments: Amendment[] = steps.map(({ position, becomes }, index) => {
        const amendment = { position, was: marks.charAt(position), becomes, at: minute(index + 1) }
        marks = marks.slice(0, position) + becomes + marks.slice(position + 1)
        states.push(marks)
        return amendment
      })
      return (
        states.every((state, index) => historyOf(marks, amendments, minute(index)) === state) &&
        isUnbroken(marks, amendments)
      )
    }),
    seeded,
  )
})

t.test('an amendment made at the instant asked for is part of the answer', async (t) => {
  const amendments = [{ position: 0, was: 'N', becomes: 'I', at: minute(30) }]
  t.equal(historyOf('I.', amendments, '2026-09-02T08:29:59.999Z'), 'N.')
  t.equal(historyOf('I.', amendments, minute(30)), 'I.')
})

t.test('amendments of one instant are taken back in reverse order', async (t) => {
  const amendments = [
    { position: 0, was: 'N', becomes: 'O', at: minute(30) },
    { position: 0, was: 'O', becomes: 'I', at: minute(30) },
  ]
  t.equal(historyOf('I', amendments, minute(29)), 'N')
})

t.test('instants compare as time, however PostgreSQL or an offset writes them', async (t) => {
  const amendments = [{ position: 0, was: 'N', becomes: 'I', at: '2026-09-02 08:30:00.5+00' }]
  t.equal(historyOf('I', amendments, '2026-09-02T09:30:00.4+01:00'), 'N')
  t.equal(historyOf('I', amendments, '2026-09-02T09:30:00.5+01:00'), 'I')
})

t.test('history that cannot be is refused', async (t) => {
  const sound = { position: 0, was: 'N', becomes: 'I', at: minute(30) }
  t.throws(() => historyOf('I', [{ ...sound, position: 1 }], minute(0)), RangeError)
  t.throws(() => historyOf('I', [{ ...sound, was: '~' }], minute(0)), RangeError)
  t.throws(() => historyOf('I', [sound], 'yesterday'), RangeError)
})

t.test('a mark that was changed past its amendments is noticed', async (t) => {
  const sound = { position: 0, was: 'N', becomes: 'I', at: minute(30) }
  t.ok(isUnbroken('I', [sound]))
  t.notOk(isUnbroken('L', [sound]))
  t.notOk(isUnbroken('L', [sound, { position: 0, was: 'O', becomes: 'L', at: minute(31) }]))
})
