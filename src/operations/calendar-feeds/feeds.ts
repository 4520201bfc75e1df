import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import { type Database, readTogether, systemActor, type Tx } from '../../foundation/db/transaction.ts'
import { newId } from '../../foundation/resource/rows.ts'
import { today } from '../../foundation/time/clock.ts'
import { addDays } from '../../foundation/time/days.ts'
import type { RealLesson } from '../../records/timetable/changed-lessons.ts'
import { readLessons } from '../../records/timetable/queries.ts'
import { findPerson } from '../access/standing.ts'
import { type Labels, labelsOf } from '../now/lessons.ts'
import { calendarFeeds } from './table.ts'

const secretBytes = 24
const idBytes = 16
/** Four weeks back, so that a calendar does not forget last month, and a term ahead. */
const daysBack = 28
const daysAhead = 120

const value = (name: string) => sql.placeholder(name)
const hashOf = (secret: Buffer) => createHash('sha256').update(secret).digest()

/** The secret part of an address: the school, so that its row-level security can be entered, and the secret. */
function tokenOf(schoolId: string, secret: Buffer): string {
  return Buffer.concat([Buffer.from(schoolId.replaceAll('-', ''), 'hex'), secret]).toString('base64url')
}

function partsOf(token: string): { schoolId: string; secret: Buffer } | undefined {
  const raw = Buffer.from(token, 'base64url')
  if (raw.length !== idBytes + secretBytes || raw.toString('base64url') !== token) return undefined
  const hex = raw.subarray(0, idBytes).toString('hex')
  const schoolId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return { schoolId, secret: raw.subarray(idBytes) }
}

/** Makes an account's address, or a new one in place of the old, which ends at once. Returns its path. */
export async function renewFeed(tx: Tx, accountId: string): Promise<{ id: string; path: string }> {
  const secret = randomBytes(secretBytes)
  await dropFeed(tx, accountId)
  const id = newId()
  await tx.orm.insert(calendarFeeds).values({
    schoolId: tx.schoolId,
    id,
    accountId,
    secretHash: hashOf(secret),
    createdAt: tx.clock.now().toISOString(),
    app: tx.actor,
  })
  return { id, path: `/calendar/${tokenOf(tx.schoolId, secret)}.ics` }
}

const removeFeed = compile(
  sql`delete from calendar_feeds where school_id = ${value('school')} and account_id = ${value('account')}::uuid returning id`,
)

export async function dropFeed(tx: Tx, accountId: string): Promise<string | undefined> {
  const [row] = await tx.rows(removeFeed, { account: accountId })
  return row?.[0] ?? undefined
}

const findFeed = compile(
  sql`select account_id, created_at from calendar_feeds where school_id = ${value('school')} and secret_hash = ${value('hash')}`,
)

const findName = compile(
  sql`select concat_ws(' ', coalesce(e.preferred_given_name, e.legal_given_name), coalesce(e.preferred_family_name, e.legal_family_name))
      from accounts a join people e on e.school_id = a.school_id and e.id = a.person_id
      where a.school_id = ${value('school')} and a.id = ${value('account')}::uuid`,
)

/** Pupils whose lessons belong in a guardian's calendar, with their given names. */
const findChildren = compile(
  sql`select p.id, coalesce(e.preferred_given_name, e.legal_given_name)
      from pupil_contacts c
      join pupils p on p.school_id = c.school_id and p.id = c.pupil_id and (p.left_on is null or p.left_on > ${value('today')}::date)
      join people e on e.school_id = p.school_id and e.id = p.id
      where c.school_id = ${value('school')} and c.contact_id = ${value('person')}::uuid
        and c.has_parental_responsibility and not c.is_court_order_restricted
      order by p.id`,
)

export interface FeedLesson {
  lesson: RealLesson
  /** Whose lesson it is, in the calendar of a guardian. */
  child: { id: string; name: string } | undefined
}

export interface Feed {
  /** Whose calendar it is. */
  name: string
  createdAt: string
  lessons: FeedLesson[]
  labels: Labels
}

/** Whose calendar stands at an address, and since when. */
export interface Holder {
  schoolId: string
  accountId: string
  createdAt: string
}

const asFeed = (schoolId: string) => systemActor(schoolId, 'calendar feed')

export async function holderOf(db: Database, token: string): Promise<Holder | undefined> {
  const parts = partsOf(token)
  if (!parts) return undefined
  const { schoolId } = parts
  const [feeds = []] = await readTogether(db, asFeed(schoolId), [
    { query: findFeed, values: { hash: hashOf(parts.secret) } },
  ])
  const [accountId, createdAt] = feeds[0] ?? []
  return accountId && createdAt ? { schoolId, accountId, createdAt } : undefined
}

/** The calendar of a holder; undefined when he or she has left or is suspended. */
export async function readFeed(
  db: Database,
  { schoolId, accountId, createdAt }: Holder,
): Promise<Feed | undefined> {
  const who = asFeed(schoolId)
  const day = today(db.clock)
  const [people = [], names = []] = await readTogether(db, who, [
    { query: findPerson, values: { account: accountId, today: day } },
    { query: findName, values: { account: accountId } },
  ])
  const [kind, personId] = people[0] ?? []
  if (!kind || !personId) return undefined
  const lessons = await lessonsFor(db, who, { kind, personId, day })
  const labels = await labelsOf(
    db,
    who,
    lessons.map(({ lesson }) => lesson),
  )
  return { name: names[0]?.[0] ?? '', createdAt, lessons, labels }
}

async function lessonsFor(
  db: Database,
  who: ReturnType<typeof systemActor>,
  { kind, personId, day }: { kind: string; personId: string; day: string },
): Promise<FeedLesson[]> {
  const range = { from: addDays(day, -daysBack), until: addDays(day, daysAhead) }
  const plain = (lessons: RealLesson[], child?: FeedLesson['child']) =>
    lessons.map((lesson) => ({ lesson, child }))
  if (kind === 'staff') return plain(await readLessons(db, who, range, { staffId: personId }))
  if (kind === 'pupil') return plain(await readLessons(db, who, range, {}, personId))
  const [children = []] = await readTogether(db, who, [
    { query: findChildren, values: { person: personId, today: day } },
  ])
  const all = await Promise.all(
    children.map(async ([id, name]) =>
      plain(await readLessons(db, who, range, {}, id as string), { id: id as string, name: name as string }),
    ),
  )
  return all.flat()
}
