import { problem } from '../../../foundation/http/problems.ts'

/** Writers of one school that wait at a time; a write takes tens of milliseconds, and clients give up after some seconds. */
const mostWaiting = 200

const lines = new Map<string, { waiting: number; last: Promise<unknown> }>()

/**
 * Writers of a school wait for each other before they take a connection: those who wait for the lock of its gradebook
 * while they hold one would keep every other school's readers from it. Other processes are kept off by that lock.
 */
export function inTurn<T>(schoolId: string, work: () => Promise<T>): Promise<T> {
  const line = lines.get(schoolId) ?? { waiting: 0, last: Promise.resolve() }
  if (line.waiting >= mostWaiting)
    throw problem('overloaded', { detail: 'Too many writes of this school are waiting.' })
  lines.set(schoolId, line)
  line.waiting++
  const own = line.last.then(work)
  line.last = own
    .catch(() => {})
    .then(() => {
      line.waiting--
      if (line.waiting === 0) lines.delete(schoolId)
    })
  return own
}
