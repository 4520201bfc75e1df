import { sql } from 'drizzle-orm'
import type { Row } from '../read/read.ts'
import type { Step } from './step.ts'

/** From a day until another, which no longer counts; '9999' where it is open. */
export interface Time {
  from: string
  until: string
}

/** A membership that is there. */
export interface Stored extends Time, Record<string, string | null> {
  id: string
  groupId: string
  pupilId: string | null
  staffId: string | null
  role: string
}

/** Who and what an enrollment joins, of the file or of earlier ones. */
export interface Joined {
  groups: ReadonlyMap<string, { kind: string; yearId: string | null }>
  pupils: ReadonlySet<string>
  staff: ReadonlySet<string>
  /** Memberships of the classes of the rows. */
  stored: ReadonlyMap<string, Stored>
  /** Those of them of which the file does not speak. */
  others: readonly Stored[]
  /** Memberships that rows of this source have become: they have their name. */
  named: ReadonlySet<string>
}

export const stored = sql`id, group_id as "groupId", pupil_id as "pupilId", staff_id as "staffId", role, valid_from as from, coalesce(valid_until::text, '9999') as until`

export async function readJoined(step: Step, rows: readonly Row[]): Promise<Joined> {
  const { tx, book, files } = step
  const groups = await tx.sql<{ id: string; kind: string; yearId: string | null }>(
    sql`select id, kind, academic_year_id as "yearId" from groups where school_id = ${tx.schoolId}`,
  )
  const classes = await book('classes')
  const named = [...new Set(rows.flatMap((row) => classes.known(row.cell('classSourcedId')) ?? []))]
  const there = await tx.sql<Stored>(
    sql`select ${stored} from memberships where school_id = ${tx.schoolId} and group_id = any(${`{${named.join(',')}}`}::uuid[])`,
  )
  const ids = await book('enrollments')
  const spoken = new Set(files.enrollments.map(({ id }) => ids.known(id)))
  return {
    groups: new Map(groups.map((each) => [each.id, each])),
    pupils: await idsIn(step, 'pupils'),
    staff: await idsIn(step, 'staff'),
    stored: new Map(there.map((each) => [each.id, each])),
    others: there.filter(({ id }) => !spoken.has(id)),
    named: new Set([...ids.entries()].map(([, id]) => id)),
  }
}

async function idsIn({ tx }: Step, table: 'pupils' | 'staff'): Promise<ReadonlySet<string>> {
  const rows = await tx.sql<{ id: string }>(
    sql`select id from ${sql.identifier(table)} where school_id = ${tx.schoolId}`,
  )
  return new Set(rows.map(({ id }) => id))
}

/** What a membership is to OneRoster: a tutor teaches. */
export const wordOf = (role: string): string => (role === 'tutor' ? 'teacher' : role)

export const overlap = (one: Time, other: Time): boolean => one.from < other.until && other.from < one.until

/** Gives each membership that is there without a name of this source once: to a row that says the same of the same time. */
export function matcher({ others, named }: Joined) {
  const free = others.filter(({ id }) => !named.has(id))
  const left = Map.groupBy(free, (each) =>
    keyOf(each.groupId, each.pupilId ?? each.staffId, wordOf(each.role)),
  )
  return (groupId: string, personId: string, word: string, time: Time): Stored | undefined => {
    const key = keyOf(groupId, personId, word)
    const found = left.get(key)?.find((each) => overlap(each, time))
    if (found) left.set(key, left.get(key)?.filter((each) => each !== found) ?? [])
    return found
  }
}

const keyOf = (groupId: string, personId: string | null, word: string) => `${groupId} ${personId} ${word}`
