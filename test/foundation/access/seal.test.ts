import t from 'tap'
import { sealer } from '../../../src/foundation/access/seal.ts'

t.test('what is sealed opens with the same key, untouched, and never looks the same twice', async (t) => {
  const seal = sealer('one secret')
  const sealed = seal.seal('JBSWY3DPEHPK3PXP')
  t.equal(seal.open(sealed), 'JBSWY3DPEHPK3PXP')
  t.not(seal.seal('JBSWY3DPEHPK3PXP'), sealed)
  t.throws(() => sealer('another secret').open(sealed))
  const bytes = Buffer.from(sealed, 'base64url')
  for (const at of [0, 13, bytes.length - 1]) {
    const touched = Buffer.from(bytes)
    touched[at] = (touched[at] as number) ^ 1
    t.throws(() => seal.open(touched.toString('base64url')), `byte ${at}`)
  }
  t.throws(() => seal.open(''))
})
