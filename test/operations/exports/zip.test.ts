import { buffer } from 'node:stream/consumers'
import t from 'tap'
import { lineOf, listCell } from '../../../src/operations/exports/cells.ts'
import { zipped } from '../../../src/operations/exports/zip.ts'
import { readCsv, unzipped } from '../../support/zip.ts'

const at = new Date('2026-11-27T09:00:00Z')
const file = (name: string, ...parts: string[]) => ({
  name,
  async *content() {
    yield* parts
  },
})

t.test('a zip holds its files in their order, empty ones as well', async (t) => {
  let closed = 0
  const zip = await buffer(zipped([file('b.csv', 'one', 'two'), file('a.csv')], at, () => closed++))
  t.same(
    [...(await unzipped(zip))],
    [
      ['b.csv', 'onetwo'],
      ['a.csv', ''],
    ],
  )
  t.equal(closed, 1)
})

t.test('what fails in the middle is no zip', async (t) => {
  let closed = 0
  const failing = {
    name: 'b.csv',
    async *content() {
      yield 'begun'
      throw new Error('the database went away')
    },
  }
  const stream = zipped([file('a.csv', 'whole'), failing], at, () => closed++)
  const parts: Buffer[] = []
  stream.on('data', (part) => parts.push(part))
  await t.rejects(new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject)), {
    message: 'the database went away',
  })
  await t.rejects(unzipped(Buffer.concat(parts)), 'there is no directory at its end')
  t.equal(closed, 1)
})

t.test('whoever stops reading stops the writing', async (t) => {
  let made = 0
  let isOver = false
  const endless = {
    name: 'a.csv',
    async *content() {
      try {
        for (;;) yield `${made++} ${Math.random()}\n`.repeat(1_000)
      } finally {
        isOver = true
      }
    },
  }
  const closed = new Promise<void>((resolve) => {
    const stream = zipped([endless], at, resolve)
    stream.once('data', () => setTimeout(() => stream.destroy(), 50))
    // Nothing more is read: what waits is a few chunks, however long that takes.
    stream.once('readable', () => {})
  })
  await closed
  const before = made
  await new Promise((resolve) => setTimeout(resolve, 50))
  t.equal(made, before)
  t.ok(made < 1_000, `${made} chunks`)
  t.ok(isOver)
})

t.test('cells are those of RFC 4180, and nothing in them is changed', async (t) => {
  const cells = ['', 'plain', 'a,b', 'a "b"', 'a\r\nb', 'a\nb', '=1+1', '+44', ' x ', 'Łucja', '"']
  const text = `${lineOf(cells.map((_, place) => `c${place}`))}${lineOf(cells)}`
  t.same(Object.values(readCsv(text).rows[0] ?? {}), cells)
  t.equal(listCell(['MA', 'Mathematics, pure', 'a "b"']), 'MA,"Mathematics, pure","a ""b"""')
})
