/** Words with which passwords of 12 characters and more begin when they are guessed, from what lists of leaks have in common. */
const words = [
  'password',
  'passwort',
  'passw0rd',
  'p@ssword',
  'p@ssw0rd',
  'letmein',
  'welcome',
  'changeme',
  'iloveyou',
  'qwerty',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'admin',
  'administrator',
  'login',
  'secret',
  'school',
  'teacher',
  'student',
  'pupil',
  'classroom',
  'homework',
  'monkey',
  'dragon',
  'sunshine',
  'princess',
  'football',
  'liverpool',
  'arsenal',
  'chelsea',
  'manchester',
  'superman',
  'batman',
  'summer',
  'winter',
  'spring',
  'autumn',
  'christmas',
  'london',
  'england',
  'abcdefgh',
  'abcdefghijkl',
  'trustno',
  'starwars',
  'pokemon',
  'minecraft',
]
const rows = [
  '1234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'abcdefghijklmnopqrstuvwxyz',
  '1qaz2wsx3edc4rfv5tgb6yhn',
]

/** What guessers try first among long passwords: one thing over and over, walks over the keyboard, a common word with ornaments. */
export function isCommon(password: string): boolean {
  const plain = password.replace(/[\s._-]/g, '')
  return isRepeated(plain) || isWalk(plain) || isOrnamented(plain)
}

const isRepeated = (text: string) => /^(.{1,6})\1+.{0,2}$/s.test(text) || new Set(text).size < 5

function isWalk(text: string): boolean {
  const walks = rows.flatMap((row) => [row, [...row].reverse().join('')]).map((row) => row.repeat(3))
  const pieces = text.match(/.{1,4}/gs) ?? []
  return pieces.every((piece) => walks.some((walk) => walk.includes(piece)))
}

/** Digits, signs and other common words around a common word do not make it a secret. */
function isOrnamented(text: string): boolean {
  let rest = text.replace(/[^\p{L}@0]/gu, '')
  for (const word of [...words].sort((a, b) => b.length - a.length)) rest = rest.replaceAll(word, '')
  return rest.length < 4 && words.some((word) => text.includes(word))
}
