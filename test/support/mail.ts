import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Test } from 'tap'

/** A letter as it arrived. */
export interface Letter {
  to: string
  text: string
}

/** A mail server that takes every letter (RFC 5321, as much of it as a sender needs). */
export async function mailServer(t: Test): Promise<{ url: string; letters: Letter[] }> {
  const letters: Letter[] = []
  const server = createServer((socket) => serve(socket, letters))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, letters }
}

function serve(socket: Socket, letters: Letter[]): void {
  let unread = ''
  let to = ''
  let isLetter = false
  socket.on('error', () => {})
  socket.write('220 test\r\n')
  socket.on('data', (chunk) => {
    unread += chunk
    for (;;) {
      const end = unread.indexOf(isLetter ? '\r\n.\r\n' : '\r\n')
      if (end < 0) return
      const said = unread.slice(0, end)
      unread = unread.slice(end + (isLetter ? 5 : 2))
      if (isLetter) {
        letters.push({ to, text: plain(said) })
        isLetter = false
        socket.write('250 taken\r\n')
      } else if (/^DATA/i.test(said)) {
        isLetter = true
        socket.write('354 go on\r\n')
      } else {
        to = /^RCPT TO:<([^>]+)>/i.exec(said)?.[1] ?? to
        socket.write(/^QUIT/i.test(said) ? '221 bye\r\n' : '250 fine\r\n')
      }
    }
  })
}

/** The words of a letter: quoted-printable is undone. */
const plain = (letter: string) =>
  letter
    .slice(letter.indexOf('\r\n\r\n') + 4)
    .replace(/=\r\n/g, '')
    .replace(/((?:=[0-9A-F]{2})+)/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString())
