import {
  bands,
  type Course,
  curriculumOf,
  formLetters,
  optionBlocks,
  optionHours,
  subjectList,
} from './curriculum.ts'
import { at, of } from './random.ts'
import type { StaffPlan } from './staff.ts'

/** A teaching group before it has an id. `teacher` is an index into the staff. */
export interface TeachingGroup {
  code: string
  subject: string
  yearGroup: number
  isAssessed: boolean
  teacher: number
}

/**
 * Groups taught at one time for so many hours of the cycle, to the pupils of certain forms (0 to 29). Every pupil of
 * those forms is in exactly one of the groups, so two blocks without a form in common can never ask for one pupil twice.
 */
export interface Block {
  kind: 'form' | 'band' | 'option'
  subject: string
  yearGroup: number
  forms: number[]
  hours: number
  groups: TeachingGroup[]
}

const departmentOf = new Map(subjectList.map(([code, , department]) => [code, department]))
const yearGroups = [7, 8, 9, 10, 11]

/** Every block with its teachers: bands first, since their teams are fixed, then what can be shared out freely. */
export function teachingOf(staff: readonly StaffPlan[]): Block[] {
  const share = sharing(staff)
  const tutored = yearGroups.flatMap((year) => formBlocks(year, (course) => course.subject === 'PS'))
  for (const block of tutored) {
    const tutor = staff.findIndex((plan) => plan.form === at(block.forms, 0))
    share.give(at(block.groups, 0), tutor, block.hours)
  }
  const banded = yearGroups.flatMap(bandBlocks)
  for (const block of banded) share.team(block)
  const options = [10, 11].flatMap(optionBlocksOf)
  const single = yearGroups.flatMap((year) => formBlocks(year, (course) => course.subject !== 'PS'))
  for (const block of single.filter(({ yearGroup }) => yearGroup >= 10)) share.inTurn(block)
  for (const block of [...options, ...single.filter(({ yearGroup }) => yearGroup < 10)])
    for (const group of block.groups) share.least(group, block)
  return [...options, ...banded, ...single, ...tutored]
}

export function formIndex(yearGroup: number, place: number): number {
  return (yearGroup - 7) * formLetters.length + place
}

export function formCode(form: number): string {
  return `${7 + Math.floor(form / formLetters.length)}${at(formLetters, form % formLetters.length)}`
}

function group(code: string, yearGroup: number, { subject, isAssessed }: Course): TeachingGroup {
  return { code, subject, yearGroup, isAssessed, teacher: -1 }
}

function bandBlocks(yearGroup: number): Block[] {
  return bands.flatMap((band) =>
    curriculumOf(yearGroup).inBands.map((inBand): Block => {
      const course = inBand.subject === 'ML' ? { ...inBand, subject: band.language } : inBand
      const { subject, hours } = course
      const groups = band.forms.map((_, place) =>
        group(`${yearGroup}${band.letter}-${subject}${place + 1}`, yearGroup, course),
      )
      const forms = band.forms.map((place) => formIndex(yearGroup, place))
      return { kind: 'band', subject, yearGroup, forms, hours, groups }
    }),
  )
}

function formBlocks(yearGroup: number, isWanted: (course: Course) => boolean): Block[] {
  return formLetters.flatMap((letter, place) =>
    curriculumOf(yearGroup)
      .inForms.filter(isWanted)
      .map((course): Block => {
        const groups = [group(`${yearGroup}${letter}-${course.subject}`, yearGroup, course)]
        const { subject, hours } = course
        return { kind: 'form', subject, yearGroup, forms: [formIndex(yearGroup, place)], hours, groups }
      }),
  )
}

function optionBlocksOf(yearGroup: number): Block[] {
  const forms = formLetters.map((_, place) => formIndex(yearGroup, place))
  return optionBlocks.map(({ letter, subjects }): Block => {
    const groups = subjects.map((subject) =>
      group(`${yearGroup}${letter}-${subject}`, yearGroup, { subject, hours: optionHours, isAssessed: true }),
    )
    return { kind: 'option', subject: letter, yearGroup, forms, hours: optionHours, groups }
  })
}

/** Everybody of the department that teaches a subject, as indexes into the staff. */
function placesOf(staff: readonly StaffPlan[], subject: string): number[] {
  const department = of(departmentOf, subject)
  return staff.flatMap((plan, place) => (plan.department === department ? [place] : []))
}

/** Gives groups to teachers and keeps their hours. */
function sharing(staff: readonly StaffPlan[]) {
  const hours = staff.map((plan) => plan.dutyHours)
  const give = (group: TeachingGroup, teacher: number, more: number) => {
    group.teacher = teacher
    hours[teacher] = at(hours, teacher) + more
  }
  return {
    give,
    /** Three teachers who always work together: teams that overlapped in part would block each other's hours. */
    team(block: Block) {
      const full = placesOf(staff, block.subject).filter((place) => at(staff, place).dutyHours === 0)
      const isSecond = at(block.forms, 0) % formLetters.length === 3 && full.length >= 6
      for (const [place, group] of block.groups.entries())
        give(group, at(full, place + (isSecond ? 3 : 0)), block.hours)
    },
    /**
     * Bands and options leave a form of years 10 and 11 two hours, the same two as its neighbours: three forms with one
     * teacher would not fit into them.
     */
    inTurn(block: Block) {
      const teachers = placesOf(staff, block.subject)
      for (const group of block.groups)
        give(group, at(teachers, at(block.forms, 0) % teachers.length), block.hours)
    },
    /** Who has the fewest hours among the teachers of the subject that the block has not taken yet. */
    least(group: TeachingGroup, block: Block) {
      const taken = new Set(block.groups.map((one) => one.teacher))
      const free = placesOf(staff, group.subject).filter((place) => !taken.has(place))
      give(
        group,
        at(
          free.sort((a, b) => at(hours, a) - at(hours, b) || a - b),
          0,
        ),
        block.hours,
      )
    },
  }
}
