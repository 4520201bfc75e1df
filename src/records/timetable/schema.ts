import { Type } from '@sinclair/typebox'
import {
  changeOf,
  Day,
  Flag,
  Id,
  nullable,
  oneOf,
  paging,
  recordFields,
  Text,
  TimeOfDay,
  Whole,
} from '../../foundation/resource/spoken.ts'

const entry = {
  groupId: Id('The group that meets.'),
  periodId: Id('The period in which it meets.'),
  staffId: nullable(Id('Who teaches.')),
  roomId: nullable(Id('Where.')),
  subjectId: nullable(Id('What is taught.')),
  week: nullable(Whole('Week of the cycle, 1 or 2; null meets in every week.', 1, 2, 1)),
  block: nullable(
    Text(
      'Name of the block: classes that meet at the same time and divide the pupils between them, such as sets or options.',
      'Options A',
      60,
    ),
  ),
  validFrom: Day('First day of the entry.'),
  validUntil: nullable(Day('First day no longer; null while open.', '2027-07-24')),
  clashOverride: nullable(
    Text('Why it may clash with other entries; without it a clash is refused.', 'Taught together.', 300),
  ),
}

export const TimetableEntry = Type.Object({ ...recordFields, ...entry }, { title: 'TimetableEntry' })
export const NewTimetableEntry = Type.Object(
  {
    groupId: entry.groupId,
    periodId: entry.periodId,
    staffId: Type.Optional(entry.staffId),
    roomId: Type.Optional(entry.roomId),
    subjectId: Type.Optional(entry.subjectId),
    week: Type.Optional(entry.week),
    block: Type.Optional(entry.block),
    validFrom: entry.validFrom,
    validUntil: Type.Optional(entry.validUntil),
    clashOverride: Type.Optional(entry.clashOverride),
  },
  { additionalProperties: false, title: 'NewTimetableEntry' },
)
export const TimetableEntryChange = changeOf(NewTimetableEntry, { title: 'TimetableEntryChange' })
export const TimetableEntryFilter = Type.Object({
  groupId: Type.Optional(entry.groupId),
  periodId: Type.Optional(entry.periodId),
  staffId: Type.Optional(Id('Who teaches.')),
  roomId: Type.Optional(Id('Where.')),
  subjectId: Type.Optional(Id('What is taught.')),
  block: Type.Optional(Text('Name of the block.', 'Options A', 60)),
  asOf: Type.Optional(Day('Only entries in force on this day.', '2026-11-23')),
})

const lessonIdExample = '0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11.20261123'
export const LessonId = Type.String({
  pattern: '^[0-9a-f-]{36}\\.[0-9]{8}$',
  description: 'The timetable entry and the day: an entry meets at most once a day.',
  examples: [lessonIdExample],
})

const changeKind = oneOf(['cancelled', 'moved', 'room', 'cover', 'exam'], {
  description:
    'cancelled; moved to another day or period; another room; covered by another teacher; exam: the group sits one.',
  examples: ['cover'],
})
const why = nullable(Text('Why, for those concerned.', 'Mr Smith is on a course.', 300))

const Planned = Type.Object(
  {
    id: Id('The change.'),
    kind: changeKind,
    reason: why,
    plannedDate: Day('Day for which the timetable has it.', '2026-11-23'),
    plannedStartsAt: TimeOfDay('Start by the timetable, local time.', '08:50'),
    plannedStaffId: nullable(Id('Who teaches by the timetable.')),
    plannedRoomId: nullable(Id('Where by the timetable.')),
  },
  { additionalProperties: false, title: 'PlannedLesson' },
)

export const Lesson = Type.Object(
  {
    id: LessonId,
    date: Day('Day of the lesson.', '2026-11-23'),
    startsAt: TimeOfDay('Start, local time.', '08:50'),
    endsAt: TimeOfDay('End, local time.', '09:50'),
    session: Type.String({
      enum: ['AM', 'PM'],
      description: 'Session of the attendance register.',
      examples: ['AM'],
    }),
    week: Whole('Week of the cycle in which the day lies.', 1, 2, 1),
    entryId: Id('The timetable entry that it comes from.'),
    periodId: Id('The period.'),
    groupId: Id('The group that meets.'),
    subjectId: nullable(Id('What is taught.')),
    block: entry.block,
    staffId: nullable(Id('Who teaches.')),
    roomId: nullable(Id('Where.')),
    isCancelled: Flag('Whether it does not take place.', false),
    change: Type.Union([Planned, Type.Null()], {
      description: 'What is different on this day, and how the timetable has it; null where nothing is.',
    }),
  },
  { additionalProperties: false, title: 'Lesson' },
)

export const LessonQuery = Type.Object(
  {
    from: Type.Optional(Day('First day; today when left out.', '2026-11-23')),
    until: Type.Optional(
      Day('First day no longer wanted; the day after `from` when left out. At most 62 days.', '2026-11-24'),
    ),
    groupId: Type.Optional(entry.groupId),
    staffId: Type.Optional(Id('Who teaches.')),
    roomId: Type.Optional(Id('Where.')),
    block: Type.Optional(Text('Name of the block.', 'Options A', 60)),
    pupilId: Type.Optional(
      Id(
        'Only lessons of groups in which this pupil is on the day of the lesson. Needs the scope groups:read as well.',
      ),
    ),
    ...paging,
  },
  { additionalProperties: false },
)

const lessonChange = {
  lessonId: LessonId,
  kind: changeKind,
  toDate: nullable(Day('Day to which it is moved.', '2026-11-25')),
  periodId: nullable(Id('Period to which it is moved.')),
  roomId: nullable(Id('The other room.')),
  staffId: nullable(Id('Who covers.')),
  reason: why,
  clashOverride: nullable(
    Text('Why it may clash with other lessons; without it a clash is refused.', 'Shared assembly.', 300),
  ),
}
export const LessonChange = Type.Object({ ...recordFields, ...lessonChange }, { title: 'LessonChange' })
export const NewLessonChange = Type.Object(
  {
    lessonId: lessonChange.lessonId,
    kind: lessonChange.kind,
    ...Type.Partial(Type.Omit(Type.Object(lessonChange), ['lessonId', 'kind'])).properties,
  },
  { additionalProperties: false, title: 'NewLessonChange' },
)
export const LessonChangeChange = changeOf(Type.Omit(NewLessonChange, ['lessonId']), {
  title: 'LessonChangeChange',
})
export const LessonChangeFilter = Type.Object({
  kind: Type.Optional(changeKind),
  staffId: Type.Optional(Id('Who covers.')),
  from: Type.Optional(Day('Only lessons of this day or later, by the timetable.', '2026-11-23')),
  until: Type.Optional(Day('Only lessons before this day.', '2026-11-30')),
})
