import type { FileName } from '../read/files.ts'
import { madeIdOf } from '../read/made-ids.ts'
import type { Row } from '../read/read.ts'
import { BadValue } from '../read/values.ts'
import type { ImportedCalendar } from './calendar.ts'
import type { Step } from './step.ts'

/** An object as REST takes it. */
export type Body = Record<string, unknown>

/** What turns rows of the gradebook into objects: ids of the file into those here, and what stands in files of its own. */
export interface Objects {
  categories(row: Row): Body
  scorescales(row: Row): Body
  lineitems(row: Row): Body
  results(row: Row): Body
}

const ref = (sourcedId: string | undefined) => (sourcedId ? { sourcedId } : undefined)
const text = (row: Row, column: string) => row.cell(column) || undefined

function number(row: Row, column: string): number | undefined {
  const said = row.cell(column)
  if (said === '') return undefined
  if (!/^-?\d+(\.\d+)?$/.test(said)) throw new BadValue(`${column} "${said.slice(0, 30)}" is no number.`)
  return Number(said)
}

/** What a writer put beside an object. */
function metadata(row: Row): Record<string, unknown> | undefined {
  const said = row.cell('metadata.json')
  if (said === '') return undefined
  try {
    const value: unknown = JSON.parse(said)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { ...value }
  } catch {}
  throw new BadValue('metadata.json is no JSON object.')
}

/** 1.1 has no place for a grade as text but among the metadata, where it stays. */
function withText(row: Row): Body {
  const said = metadata(row)
  const among = typeof said?.textScore === 'string' ? said.textScore : undefined
  return { textScore: text(row, 'textScore') ?? among, metadata: said }
}

/** `{A:9},{B:7}`. */
function pairsOf(said: string): Body[] {
  const pairs = [...said.matchAll(/\{([^:{}]*):([^{}]*)\}/g)]
  if (pairs.length === 0) throw new BadValue('scoreScaleValue is written {grade:value},{grade:value}.')
  return pairs.map(([, left = '', right = '']) => ({ itemValueLHS: left, itemValueRHS: right }))
}

/** Rows that join objects, by the object that they belong to. */
const joined = (step: Step, file: FileName, column: string): ReadonlyMap<string, Row[]> =>
  Map.groupBy(step.files[file], (row) => row.cell(column))

function objectives(rows: readonly Row[] = [], name: string, one: (row: Row) => unknown): Body[] | undefined {
  const sources = Map.groupBy(rows, (row) => row.cell('source'))
  const sets = [...sources].map(([source, each]) => ({ source, [name]: each.map(one) }))
  return sets.length > 0 ? sets : undefined
}

/** References of the file as references here. */
interface References {
  step: Step
  calendar: ImportedCalendar
  class(row: Row): Body | undefined
  student(row: Row): Body | undefined
  course(row: Row): Body | undefined
}

export async function gradebookObjects(step: Step, calendar: ImportedCalendar): Promise<Objects> {
  const [classes, users, courses] = [
    await step.book('classes'),
    await step.book('users'),
    await step.book('courses'),
  ]
  const to: References = {
    step,
    calendar,
    class: (row) => ref(classes.idOf(row.cell('classSourcedId'))),
    student: (row) => ref(users.idOf(row.cell('studentSourcedId'))),
    course: (row) =>
      row.cell('courseSourcedId') === ''
        ? undefined
        : ref(courses.idOf(idHere(step, row.cell('courseSourcedId')))),
  }
  return {
    categories: (row) => ({ ...common(step, row), weight: number(row, 'weight') }),
    scorescales: (row) => ({
      ...common(step, row),
      type: row.cell('type'),
      class: to.class(row),
      course: to.course(row),
      scoreScaleValue: pairsOf(row.cell('scoreScaleValue')),
    }),
    lineitems: lineItems(to),
    results: results(to),
  }
}

const common = (step: Step, row: Row): Body => ({
  sourcedId: idHere(step, row.id),
  title: row.cell('title'),
  metadata: metadata(row),
})

const scaleOf = (rows: readonly Row[] | undefined) => ref(rows?.[0]?.cell('scoreScaleSourcedId'))

function lineItems({ step, calendar, class: classOf }: References): Objects['lineitems'] {
  const scales = joined(step, 'lineitemscorescales', 'lineItemSourcedId')
  const aims = joined(step, 'lineitemlearningobjectiveids', 'lineItemSourcedId')
  return (row) => ({
    ...common(step, row),
    description: text(row, 'description'),
    assignDate: text(row, 'assignDate') ?? text(row, 'dueDate'),
    dueDate: text(row, 'dueDate') ?? text(row, 'assignDate'),
    class: classOf(row),
    category: ref(idHere(step, row.cell('categorySourcedId'))),
    gradingPeriod: ref(
      calendar.periodOf(text(row, 'gradingPeriodSourcedId') ?? row.cell('academicSessionSourcedId')),
    ),
    resultValueMin: number(row, 'resultValueMin'),
    resultValueMax: number(row, 'resultValueMax'),
    scoreScale: scaleOf(scales.get(row.id)),
    learningObjectiveSet: objectives(aims.get(row.id), 'learningObjectiveIds', (each) =>
      each.cell('learningObjectiveId'),
    ),
  })
}

function results({ step, student }: References): Objects['results'] {
  const scales = joined(step, 'resultscorescales', 'resultSourcedId')
  const aims = joined(step, 'resultlearningobjectiveids', 'resultSourcedId')
  return (row) => ({
    sourcedId: row.id,
    ...withText(row),
    lineItem: ref(row.cell('lineItemSourcedId')),
    student: student(row),
    scoreStatus: row.cell('scoreStatus'),
    score: number(row, 'score'),
    scoreDate: text(row, 'scoreDate'),
    comment: text(row, 'comment'),
    inProgress: text(row, 'inProgress'),
    incomplete: text(row, 'incomplete'),
    late: text(row, 'late'),
    missing: text(row, 'missing'),
    scoreScale: scaleOf(scales.get(row.id)),
    learningObjectiveSet: objectives(aims.get(row.id), 'learningObjectiveResults', (each) => ({
      learningObjectiveId: each.cell('learningObjectiveId'),
      score: number(each, 'score'),
      textScore: text(each, 'textScore'),
    })),
  })
}

/** Of ids that this system made of a school's own: those that it makes of the school to which the rows come. */
function idHere({ sourceId, tx }: Step, id: string): string {
  const made = (school: string) => [
    madeIdOf('course', school),
    ...['E', 'I', 'P', 'R', 'T'].map((type) => madeIdOf('category', school, type)),
  ]
  const at = made(sourceId).indexOf(id)
  return at < 0 ? id : (made(tx.schoolId)[at] as string)
}
