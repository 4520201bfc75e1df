/**
 * What is taught, by whom and for how long. Hours are lessons of one hour in the two-week cycle of 50. A year group
 * is two bands of three forms, X (A to C) and Y (D to F); sets and options cut across the forms of a band or year.
 */

export type RoomKind =
  | 'classroom'
  | 'laboratory'
  | 'sports'
  | 'workshop'
  | 'studio'
  | 'music'
  | 'drama'
  | 'computing'

export interface Department {
  code: string
  name: string
  teachers: number
  rooms: RoomKind
}

/** So many teachers that nobody teaches 42 of 50 hours or more, and no more of a kind than there are rooms for. */
export const departments: readonly Department[] = [
  { code: 'EN', name: 'English', teachers: 7, rooms: 'classroom' },
  { code: 'MA', name: 'Mathematics', teachers: 6, rooms: 'classroom' },
  { code: 'SC', name: 'Science', teachers: 6, rooms: 'laboratory' },
  { code: 'HI', name: 'History', teachers: 3, rooms: 'classroom' },
  { code: 'GE', name: 'Geography', teachers: 3, rooms: 'classroom' },
  { code: 'ML', name: 'Modern Languages', teachers: 4, rooms: 'classroom' },
  { code: 'RE', name: 'Religious Education', teachers: 2, rooms: 'classroom' },
  { code: 'PE', name: 'Physical Education', teachers: 4, rooms: 'sports' },
  { code: 'AR', name: 'Art', teachers: 2, rooms: 'studio' },
  { code: 'MU', name: 'Music', teachers: 2, rooms: 'music' },
  { code: 'DR', name: 'Drama', teachers: 2, rooms: 'drama' },
  { code: 'DT', name: 'Design and Technology', teachers: 3, rooms: 'workshop' },
  { code: 'CO', name: 'Computing', teachers: 2, rooms: 'computing' },
  { code: 'BU', name: 'Business', teachers: 1, rooms: 'classroom' },
]

/** Rooms of each kind: code before the number, name, how many, pupils that fit. */
export const roomStock: readonly [RoomKind, string, string, number, number][] = [
  ['classroom', 'R', 'Room', 21, 32],
  ['laboratory', 'L', 'Laboratory', 7, 32],
  ['sports', 'S', 'Sports space', 4, 60],
  ['workshop', 'W', 'Workshop', 4, 30],
  ['studio', 'A', 'Art studio', 2, 30],
  ['music', 'M', 'Music room', 2, 32],
  ['drama', 'D', 'Drama studio', 2, 34],
  ['computing', 'C', 'Computing suite', 3, 32],
]

/** Code, name and the department that teaches it; PSHE is taught by form tutors. */
export const subjectList: readonly [string, string, string][] = [
  ['EN', 'English', 'EN'],
  ['MA', 'Mathematics', 'MA'],
  ['SC', 'Science', 'SC'],
  ['HI', 'History', 'HI'],
  ['GE', 'Geography', 'GE'],
  ['FR', 'French', 'ML'],
  ['SP', 'Spanish', 'ML'],
  ['RE', 'Religious Education', 'RE'],
  ['PE', 'Physical Education', 'PE'],
  ['AR', 'Art', 'AR'],
  ['MU', 'Music', 'MU'],
  ['DR', 'Drama', 'DR'],
  ['DT', 'Design and Technology', 'DT'],
  ['CO', 'Computing', 'CO'],
  ['PS', 'Personal, Social and Health Education', ''],
  ['BU', 'Business', 'BU'],
  ['TS', 'Separate Sciences', 'SC'],
]

export const formLetters = ['A', 'B', 'C', 'D', 'E', 'F'] as const
export const bands = [
  { letter: 'X', forms: [0, 1, 2], language: 'FR' },
  { letter: 'Y', forms: [3, 4, 5], language: 'SP' },
] as const

/** A subject taught in sets or groups of a band at one time, or to each form by itself. ML is the band's language. */
export interface Course {
  subject: string
  hours: number
  /** Whether results are recorded: core PE, core RE and PSHE have none in years 10 and 11. */
  isAssessed: boolean
}

const course = (subject: string, hours: number, isAssessed = true): Course => ({ subject, hours, isAssessed })

export interface Curriculum {
  inBands: readonly Course[]
  inForms: readonly Course[]
}

/** Key stage 3, years 7 to 9: 21 hours in bands and 29 in forms. */
const lowerSchool: Curriculum = {
  inBands: [course('MA', 7), course('SC', 6), course('ML', 4), course('PE', 4)],
  inForms: [
    course('EN', 7),
    course('HI', 3),
    course('GE', 3),
    course('RE', 2),
    course('AR', 2),
    course('MU', 2),
    course('DR', 2),
    course('DT', 4),
    course('CO', 2),
    course('PS', 2, false),
  ],
}

/** Key stage 4, years 10 and 11: 28 hours in bands, 2 in forms, and four option blocks of 5. */
const upperSchool: Curriculum = {
  inBands: [course('EN', 8), course('MA', 8), course('SC', 10), course('PE', 2, false)],
  inForms: [course('RE', 1, false), course('PS', 1, false)],
}

export function curriculumOf(yearGroup: number): Curriculum {
  return yearGroup >= 10 ? upperSchool : lowerSchool
}

export const optionHours = 5

/** Option blocks of years 10 and 11: a pupil chooses one subject of each, and no subject twice. */
export const optionBlocks: readonly { letter: string; subjects: readonly string[] }[] = [
  { letter: 'P', subjects: ['HI', 'GE', 'FR', 'AR', 'DT', 'BU', 'PE'] },
  { letter: 'Q', subjects: ['HI', 'GE', 'SP', 'DT', 'CO', 'RE', 'DR'] },
  { letter: 'R', subjects: ['HI', 'GE', 'FR', 'AR', 'DT', 'CO', 'MU'] },
  { letter: 'S', subjects: ['HI', 'GE', 'SP', 'RE', 'PE', 'BU', 'TS'] },
]
