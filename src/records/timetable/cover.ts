import { type Static, Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import { readTogether } from '../../foundation/db/transaction.ts'
import { sendJson } from '../../foundation/http/answer.ts'
import type { Context, Mount } from '../../foundation/http/mount.ts'
import { problem } from '../../foundation/http/problems.ts'
import { wholeOf } from '../../foundation/resource/schemas.ts'
import { Day, Flag, Id } from '../../foundation/resource/spoken.ts'
import { addDays, mondayOf } from '../../foundation/time/days.ts'
import { readRange } from '../../foundation/time/range.ts'
import type { RealLesson } from './changed-lessons.ts'
import { findLesson, readLessons } from './queries.ts'
import { LessonId } from './schema.ts'

const strict = { additionalProperties: false }
const lessons = (what: string, example: number) =>
  Type.Integer({ description: `Lessons: ${what}.`, examples: [example] })

const Candidate = Type.Object(
  {
    staffId: Id('Who is free.'),
    isQualified: Flag('Whether they teach the subject of the lesson in the present timetable.', true),
    lessonsOnDay: lessons('of theirs on the day, covers included', 4),
    lessonsInWeek: lessons('of theirs in the week', 18),
    coversInWeek: lessons('that they cover in the week', 1),
  },
  { ...strict, title: 'CoverCandidate' },
)

const Load = Type.Object(
  {
    staffId: Id('The teacher.'),
    lessons: lessons('that they give, covers included', 42),
    covers: lessons('that they cover for others', 2),
    coveredByOthers: lessons('of theirs that others cover', 1),
    cancelled: lessons('of theirs that are cancelled', 0),
  },
  { ...strict, title: 'CoverLoad' },
)

/** Teachers employed on a day, and whether they teach a subject then. */
const readTeachers = compile(
  sql`select s.id,
        ${sql.placeholder('subject')}::uuid is not null and exists (select from timetable_entries e
          where e.school_id = s.school_id and e.staff_id = s.id and e.subject_id = ${sql.placeholder('subject')}::uuid
            and e.valid_from <= ${sql.placeholder('date')}::date and (e.valid_until is null or e.valid_until > ${sql.placeholder('date')}::date))
      from staff s
      where s.school_id = ${sql.placeholder('school')} and s.kind = 'teaching'
        and (s.employed_from is null or s.employed_from <= ${sql.placeholder('date')}::date)
        and (s.employed_until is null or s.employed_until > ${sql.placeholder('date')}::date)
      order by s.id`,
)

const isBusy = (staffId: string, lesson: RealLesson, others: readonly RealLesson[]) =>
  others.some(
    (other) =>
      !other.isCancelled &&
      other.id !== lesson.id &&
      other.date === lesson.date &&
      other.startsAt < lesson.endsAt &&
      lesson.startsAt < other.endsAt &&
      other.staffIds.includes(staffId),
  )

/** Who gives a lesson: nobody gives a cancelled one. */
const gives = (staffId: string) => (lesson: RealLesson) =>
  !lesson.isCancelled && lesson.staffIds.includes(staffId)
const covers = (lesson: RealLesson) =>
  lesson.change !== null && lesson.change.plannedStaffId !== lesson.staffIds[0]

const listCandidates = (): Mount => ({
  method: 'GET',
  path: '/cover/candidates',
  operationId: 'listCoverCandidates',
  scope: 'timetable:read',
  tag: 'timetable',
  summary: 'List who is free to cover a lesson',
  description:
    'Teachers who have no lesson at that time: those who teach the subject first, then those with the fewest covers and lessons. Assign one by a lesson change of kind cover.',
  query: Type.Object({ lessonId: LessonId }, strict),
  answers: { 200: { description: 'The teachers.', schema: wholeOf(Candidate) } },
  problems: [404],
  cost: 5,
  async handler(context) {
    const { db, actor, request, reply } = context
    const { lessonId } = request.query as { lessonId: string }
    const lesson = await findLesson(db, actor, lessonId)
    if (!lesson) throw problem('not-found')
    return sendJson(reply, JSON.stringify({ data: await candidatesFor(context, lesson), next: null }))
  },
})

async function candidatesFor(
  { db, actor }: Context,
  lesson: RealLesson,
): Promise<Static<typeof Candidate>[]> {
  const monday = mondayOf(lesson.date)
  const week = await readLessons(db, actor, { from: monday, until: addDays(monday, 7) }, {})
  const [teachers = []] = await readTogether(db, actor, [
    { query: readTeachers, values: { subject: lesson.subjectId, date: lesson.date } },
  ])
  return teachers
    .filter(([id]) => !lesson.staffIds.includes(id as string) && !isBusy(id as string, lesson, week))
    .map(([id, isQualified]) => {
      const own = week.filter(gives(id as string))
      return {
        staffId: id as string,
        isQualified: isQualified === 't',
        lessonsOnDay: own.filter(({ date }) => date === lesson.date).length,
        lessonsInWeek: own.length,
        coversInWeek: own.filter(covers).length,
      }
    })
    .sort(
      (a, b) =>
        Number(b.isQualified) - Number(a.isQualified) ||
        a.coversInWeek - b.coversInWeek ||
        a.lessonsInWeek - b.lessonsInWeek,
    )
}

const listLoad = (): Mount => ({
  method: 'GET',
  path: '/cover/load',
  operationId: 'listCoverLoad',
  scope: 'timetable:read',
  tag: 'timetable',
  summary: 'List lessons and covers of each teacher',
  description:
    'How many lessons everybody gives in a range of days, how many of them for others, and the reverse.',
  query: Type.Object(
    {
      from: Type.Optional(Day('First day; today when left out.', '2026-11-23')),
      until: Type.Optional(
        Day('First day no longer wanted; a week later when left out. At most 62 days.', '2026-11-30'),
      ),
    },
    strict,
  ),
  answers: { 200: { description: 'The teachers.', schema: wholeOf(Load) } },
  problems: [],
  cost: 5,
  async handler({ db, actor, request, reply }) {
    const range = readRange(request.query as object, db.clock, { days: 7, most: 62 })
    const found = await readLessons(db, actor, range, {})
    const [teachers = []] = await readTogether(db, actor, [
      { query: readTeachers, values: { subject: null, date: range.from } },
    ])
    const data = teachers.map(([id]) => loadOf(id as string, found))
    return sendJson(reply, JSON.stringify({ data, next: null }))
  },
})

function loadOf(staffId: string, found: readonly RealLesson[]): Static<typeof Load> {
  const own = found.filter(gives(staffId))
  const planned = found.filter(({ change }) => change?.plannedStaffId === staffId)
  return {
    staffId,
    lessons: own.length,
    covers: own.filter(covers).length,
    coveredByOthers: planned.filter((lesson) => !lesson.isCancelled && covers(lesson)).length,
    cancelled: found.filter((lesson) => lesson.isCancelled && lesson.staffIds.includes(staffId)).length,
  }
}

export const coverMounts = (): Mount[] => [listCandidates(), listLoad()]
