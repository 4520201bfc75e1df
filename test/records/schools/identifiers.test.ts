import t from 'tap'
import { faultOfLaestab, faultOfUrn, plainLaestab } from '../../../src/records/schools/identifiers.ts'

t.test('a LAESTAB is seven digits, and a separator is named as the mistake', async (t) => {
  t.equal(faultOfLaestab('8014000'), undefined)
  t.equal(faultOfLaestab('801/4000'), 'LAESTAB is written without a separator, such as 8014000.')
  for (const wrong of ['', '801400', '80140000', 'ABC4000', '0014000', '01/4000', ' 801400 '])
    t.match(faultOfLaestab(wrong), /must be 7 digits/, wrong)
})

t.test('a LAESTAB printed with a separator is understood', async (t) => {
  for (const printed of ['801/4000', '801-4000', '801 4000', ' 8014000 '])
    t.equal(plainLaestab(printed), '8014000')
})

t.test('a URN is a whole number of six digits', async (t) => {
  for (const right of [100_000, 147_000, 999_999]) t.equal(faultOfUrn(right), undefined)
  for (const wrong of [0, -100_000, 99_999, 1_000_000, 100_000.5, Number.NaN])
    t.match(faultOfUrn(wrong), /6 digits/)
})
