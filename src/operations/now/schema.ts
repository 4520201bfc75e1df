import { Type } from '@sinclair/typebox'
import { Day, Flag, Id, Instant, nullable, oneOf, Text, TimeOfDay } from '../../foundation/resource/spoken.ts'

const strict = { additionalProperties: false }
const label = (what: string, example: string) =>
  nullable(Type.String({ description: what, examples: [example] }))
const code = nullable(Text('Attendance code; null while there is none.', '/', 2))
const count = (what: string, example: number) => Type.Integer({ description: what, examples: [example] })

const lesson = {
  lessonId: Text('The lesson.', '0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11.20261123', 45),
  startsAt: TimeOfDay('Start, local time.', '08:50'),
  endsAt: TimeOfDay('End, local time.', '09:50'),
  group: label('Code of the group.', '7A/Ma1'),
  room: label('Code of the room.', 'M1'),
  subject: label('Name of the subject.', 'Mathematics'),
  teacher: label('Who teaches.', 'Ms Smith'),
  isCancelled: Flag('Whether it does not take place.', false),
  change: nullable(
    oneOf(['cancelled', 'moved', 'room', 'cover', 'exam'], {
      description: 'What is different today; null where nothing is.',
      examples: ['cover'],
    }),
  ),
}
export const BriefLesson = Type.Object(lesson, { ...strict, title: 'BriefLesson' })

const result = {
  aspect: Text('The aspect.', 'Year 7 mathematics'),
  type: Text('E estimate, I interim, P provisional, R result, T target.', 'R', 1),
  value: Text('The value.', '7', 100),
  recordedAt: Instant('When it was recorded.'),
}
const latest = Type.Union([Type.Object(result, { ...strict, title: 'LatestResult' }), Type.Null()])

const PupilInClass = Type.Object(
  {
    pupilId: Id('The pupil.'),
    name: Text('Preferred name.', 'Amira Khan'),
    sessionCode: code,
    lessonCode: code,
    senStatus: Type.Optional(nullable(Text('SEN status, for those who may see it.', 'K', 1))),
    strategy: Type.Optional(
      nullable(Text('What staff must know, for those who may see it.', 'Sits in front.', 4000)),
    ),
    latestResult: Type.Optional({ ...latest, description: 'The latest in the subject of the lesson.' }),
    target: Type.Optional({ ...latest, description: 'The target in the subject of the lesson.' }),
    behaviourPoints: Type.Optional(count('Points on the last day on which this class had any.', -1)),
  },
  { ...strict, title: 'PupilInClass' },
)

const RegisterNow = Type.Object(
  {
    registerId: nullable(Id('The register, once somebody has opened it.')),
    isTaken: Flag('Whether it has been taken.', false),
    href: Text('Where to act: the marks of the register, or where it is opened.', '/v1/registers', 200),
  },
  { ...strict, title: 'RegisterNow' },
)

export const ClassNow = Type.Object(
  {
    lesson: BriefLesson,
    register: Type.Optional(RegisterNow),
    size: Type.Optional(count('Pupils of the class today.', 28)),
    absent: Type.Optional(
      Type.Array(Text('Preferred name.', 'Amira Khan'), {
        description: 'Who is away already.',
        examples: [['Amira Khan']],
      }),
    ),
    late: Type.Optional(
      Type.Array(Text('Preferred name.', 'Ben Hill'), {
        description: 'Who came late today.',
        examples: [['Ben Hill']],
      }),
    ),
    pupils: Type.Optional(
      Type.Array(PupilInClass, { description: 'The class list; not in the compact form.' }),
    ),
  },
  { ...strict, title: 'ClassNow' },
)

const FormNow = Type.Object(
  {
    group: label('Code of the registration group.', '7A'),
    session: oneOf(['AM', 'PM'], { description: 'The session that runs.', examples: ['AM'] }),
    register: RegisterNow,
    absent: Type.Array(Text('Preferred name.', 'Amira Khan'), {
      description: 'Who is away.',
      examples: [['Amira Khan']],
    }),
    unmarked: count('Pupils without a mark.', 0),
  },
  { ...strict, title: 'FormNow' },
)

const WorkList = Type.Object(
  {
    name: Text('The work list.', 'unexplained-absences'),
    count: count('What is on it.', 4),
    href: Text('Where it is read.', '/v1/work-lists/unexplained-absences', 200),
  },
  { ...strict, title: 'WorkListNow' },
)

const ChildNow = Type.Object(
  {
    pupilId: Id('The child.'),
    name: Text('Preferred name.', 'Amira Khan'),
    marks: Type.Optional(
      Type.Object({ AM: code, PM: code }, { ...strict, description: "Today's session marks." }),
    ),
    current: Type.Union([BriefLesson, Type.Null()], { description: 'The lesson that runs.' }),
    next: Type.Union([BriefLesson, Type.Null()], { description: 'The next one today.' }),
    today: Type.Optional(Type.Array(BriefLesson, { description: 'The whole day; not in the compact form.' })),
    results: Type.Optional(
      Type.Array(Type.Object(result, { ...strict, title: 'RecentResult' }), {
        description: 'Of the last 14 days.',
      }),
    ),
    behaviour: Type.Optional(
      Type.Array(
        Type.Object(
          {
            kind: oneOf(['achievement', 'incident'], {
              description: 'Kind of event.',
              examples: ['achievement'],
            }),
            type: Text('Type of event.', 'Help'),
            points: count('Points.', 1),
            occurredOn: Day('The day.', '2026-11-20'),
          },
          { ...strict, title: 'RecentEvent' },
        ),
        { description: 'Of the last 7 days.' },
      ),
    ),
  },
  { ...strict, title: 'ChildNow' },
)

export const Now = Type.Object(
  {
    at: Instant('The moment.'),
    date: Day('The day in England.', '2026-11-23'),
    time: TimeOfDay('The time of day in England.', '09:05'),
    isSchoolDay: Flag('Whether a session runs today.', true),
    kind: oneOf(['staff', 'contact', 'pupil'], {
      description: 'What the holder of the token is.',
      examples: ['staff'],
    }),
    roles: Type.Array(Text('A role.', 'teacher', 50), {
      description: 'Roles of the holder.',
      examples: [['teacher']],
    }),
    current: Type.Optional(
      Type.Union([ClassNow, Type.Null()], { description: 'Staff: the class that is taught.' }),
    ),
    next: Type.Optional(Type.Union([ClassNow, Type.Null()], { description: 'Staff: the next class today.' })),
    today: Type.Optional(
      Type.Array(BriefLesson, { description: 'Staff: the whole day; not in the compact form.' }),
    ),
    forms: Type.Optional(Type.Array(FormNow, { description: 'Tutors: the form.' })),
    workLists: Type.Optional(Type.Array(WorkList, { description: 'Staff who follow up: what waits.' })),
    children: Type.Optional(
      Type.Array(ChildNow, { description: 'Guardians: each child. Pupils: themselves.' }),
    ),
  },
  { ...strict, title: 'Now' },
)
