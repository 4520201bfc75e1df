import t from 'tap'
import { isCommon } from '../../../src/oauth/people/common-passwords.ts'
import { Busy, hashPassword, passwordFaults, verifyPassword } from '../../../src/oauth/people/passwords.ts'

t.test('what anybody would try first is refused, and a sentence of one’s own is not', async (t) => {
  const common = [
    'password1234',
    'Password123!!',
    'passwordpassword',
    'qwertyuiop123',
    '123456789012',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    'liverpool2026!',
    'welcome12345!',
    'school-school-2026',
    'asdfghjkl1234',
  ]
  for (const password of common) t.ok(isCommon(password.toLowerCase()), password)
  const own = [
    'three plain words here',
    'correct horse battery',
    'Vq7#mLpz0!rT',
    'the heron ate my chips',
    'Füchse graben gern',
  ]
  for (const password of own) t.notOk(isCommon(password.toLowerCase()), password)
})

t.test('a password is long enough, not too long, and not one’s name', async (t) => {
  t.same(passwordFaults('three plain words here', ['gil', 'Gil', 'Guardian']), [])
  t.equal(passwordFaults('short', []).length, 1)
  t.equal(passwordFaults(`${'long words '.repeat(15)}`, []).length, 1)
  t.match(passwordFaults('my name is Guardian', ['gil', 'Gil', 'Guardian']), [/Leave your own name/])
  t.same(passwordFaults('a gilded lily indeed', ['gil']), [], 'three letters may stand in any word')
})

t.test('a password fits its own hash, however its letters were composed, and nobody’s fits', async (t) => {
  const hash = await hashPassword('Füchse graben gern')
  t.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  t.ok(await verifyPassword(hash, 'Fu\u0308chse graben gern'))
  t.notOk(await verifyPassword(hash, 'Fuchse graben gern'))
  t.notOk(await verifyPassword(null, 'a password of nobody'), 'not even the one that is tried for nobody')
})

t.test('more sign-ins than can be hashed for are told so, and the others go on', async (t) => {
  const many = await Promise.allSettled(
    Array.from({ length: 80 }, () => hashPassword('three plain words here')),
  )
  const refused = many.filter((each) => each.status === 'rejected')
  t.ok(refused.length >= 20 && refused.length < 40, String(refused.length))
  for (const each of refused) t.ok((each as PromiseRejectedResult).reason instanceof Busy)
  await hashPassword('three plain words here')
})
