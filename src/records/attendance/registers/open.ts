import type { Static } from '@sinclair/typebox'
import type { Tx } from '../../../foundation/db/transaction.ts'
import type { Context } from '../../../foundation/http/mount.ts'
import { type Fault, problem, refuse } from '../../../foundation/http/problems.ts'
import { insertRow } from '../../../foundation/resource/rows.ts'
import { today } from '../../../foundation/time/clock.ts'
import type { Session } from '../../../foundation/time/days.ts'
import { calendarFrom, readCalendar } from '../../calendar/queries.ts'
import { findLesson } from '../../timetable/queries.ts'
import { findRegister } from '../queries.ts'
import type { NewRegister } from '../schema.ts'
import { registers } from '../table.ts'

/** When and for whom a register is. */
interface Occasion {
  /** Made by the caller. */
  id?: string | undefined
  kind: 'session' | 'lesson'
  date: string
  session: Session
  groupId: string
  entryId: string | null
  /** Where the lesson was moved: the day for which the timetable has it. */
  lessonOn: string | null
}

/** What a body asks for; a lesson says everything by its id. */
export async function occasionOf(context: Context, body: Static<typeof NewRegister>): Promise<Occasion> {
  const { id, groupId, date, session, lessonId } = body
  if (lessonId !== undefined) {
    if (groupId !== undefined || date !== undefined || session !== undefined)
      refuse([{ path: '/lessonId', message: 'A lesson stands alone: leave groupId, date and session out.' }])
    const lesson = await findLesson(context.db, context.actor, lessonId)
    if (!lesson)
      throw problem('reference-unknown', {
        errors: [{ path: '/lessonId', message: 'There is no such lesson.' }],
      })
    if (lesson.isCancelled)
      refuse([{ path: '/lessonId', message: 'The lesson is cancelled: nobody takes its register.' }])
    return {
      id,
      kind: 'lesson',
      date: lesson.date,
      session: lesson.session,
      groupId: lesson.groupId,
      entryId: lesson.entryId,
      lessonOn: lesson.change && lesson.change.plannedDate !== lesson.date ? lesson.change.plannedDate : null,
    }
  }
  const missing = Object.entries({ groupId, date, session }).filter(([, value]) => value === undefined)
  refuse(
    missing.map(([name]) => ({
      path: `/${name}`,
      message: 'A session register needs groupId, date and session.',
    })),
  )
  return {
    id,
    kind: 'session',
    date: date as string,
    session: session as Session,
    groupId: groupId as string,
    entryId: null,
    lessonOn: null,
  }
}

/** Opens the register of an occasion, or finds the one that is open already. */
export async function openRegister(tx: Tx, occasion: Occasion): Promise<{ id: string; isNew: boolean }> {
  const { date, session, groupId, entryId, lessonOn } = occasion
  const [[known], days] = await Promise.all([
    tx.rows(findRegister, { date, session, group: groupId, entry: entryId, lessonOn }),
    tx.rows(readCalendar),
  ])
  if (known) return { id: known[0] as string, isNew: false }
  const { calendar } = calendarFrom(days)
  refuse(faultsOf(occasion, calendar.sessionsOn(date), today(tx.clock)))
  return { id: await insertRow(tx, registers, occasion, occasion.id), isNew: true }
}

function faultsOf({ date, session }: Occasion, running: readonly Session[], day: string): Fault[] {
  const faults: Fault[] = []
  if (!running.includes(session))
    faults.push({
      path: '/date',
      message: `The ${session} session does not run on ${date}: it lies outside the terms or in a closure.`,
    })
  if (date > day) faults.push({ path: '/date', message: `A register is taken on its day; today is ${day}.` })
  return faults
}
