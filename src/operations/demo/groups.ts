import { subjectList } from './curriculum.ts'
import { idsFrom } from './ids.ts'
import { at, of } from './random.ts'
import type { AcademicYearRow, GroupRow, SubjectRow } from './rows.ts'
import { school } from './sites.ts'
import { type Block, formCode, type TeachingGroup } from './teaching.ts'

const forms = 30

/** Every group's row, and where to find its id. */
export interface Groups {
  rows: GroupRow[]
  years: Map<number, string>
  /** By form, 0 to 29. */
  forms: string[]
  /** By house, 0 to 3. */
  houses: string[]
  teaching: Map<TeachingGroup, string>
}

export function subjectsOf(seed: number, day: string): SubjectRow[] {
  const id = idsFrom(seed, 'subjects', day)
  return subjectList.map(([code, name]) => ({ id: id(), code, name, isActive: true }))
}

/** Houses outlast the year; year, registration and teaching groups belong to it. */
export function groupsOf(
  seed: number,
  year: AcademicYearRow,
  blocks: readonly Block[],
  subjects: readonly SubjectRow[],
): Groups {
  const id = idsFrom(seed, 'groups', year.startsOn)
  const found: Groups = { rows: [], years: new Map(), forms: [], houses: [], teaching: new Map() }
  const add = (row: Omit<GroupRow, 'id'>) => {
    const added = { id: id(), ...row }
    found.rows.push(added)
    return added.id
  }
  const ofYear = { academicYearId: year.id, subjectId: null }
  for (const name of school.houses) {
    const code = name.slice(0, 3).toUpperCase()
    found.houses.push(
      add({ kind: 'house', code, name, academicYearId: null, subjectId: null, yearGroup: null }),
    )
  }
  for (const yearGroup of [7, 8, 9, 10, 11]) {
    const code = String(yearGroup)
    found.years.set(yearGroup, add({ kind: 'year', code, name: `Year ${code}`, ...ofYear, yearGroup }))
  }
  for (let form = 0; form < forms; form += 1) {
    const code = formCode(form)
    const yearGroup = Number.parseInt(code, 10)
    found.forms.push(add({ kind: 'registration', code, name: `Form ${code}`, ...ofYear, yearGroup }))
  }
  const teaching = blocks.flatMap((block) => block.groups)
  for (const [place, row] of teachingRows(teaching, subjects, year.id).entries())
    found.teaching.set(at(teaching, place), add(row))
  return found
}

function teachingRows(
  groups: readonly TeachingGroup[],
  subjects: readonly SubjectRow[],
  academicYearId: string,
): Omit<GroupRow, 'id'>[] {
  const known = new Map(subjects.map((subject) => [subject.code, subject]))
  return groups.map(({ code, subject, yearGroup }) => {
    const { id, name } = of(known, subject)
    const set = /\d$/.exec(code)?.[0]
    const spoken = `${name} ${code.split('-')[0]}${set === undefined ? '' : ` set ${set}`}`
    return { kind: 'teaching', code, name: spoken, academicYearId, subjectId: id, yearGroup }
  })
}
