import t from 'tap'
import { listOf } from '../../../../../src/protocols/oneroster/csv/read/values.ts'

t.test('several values in a cell are parted by commas, and quoted where they hold one', async (t) => {
  const cases: [string, string[]][] = [
    ['', []],
    ['a', ['a']],
    ['a, b ,c', ['a', 'b', 'c']],
    ['a,,b', ['a', 'b']],
    ['Maths,"Art, craft"', ['Maths', 'Art, craft']],
    ['"He said ""x""",y', ['He said "x"', 'y']],
    ['"never closed, x', ['"never closed', 'x']],
    ['x"y,z', ['x"y', 'z']],
  ]
  for (const [cell, values] of cases) t.same(listOf(cell), values, cell)
})
