import { sql } from 'drizzle-orm'
import type { Principal } from '../../foundation/access/principal.ts'
import { isLoss } from '../../foundation/db/change-log-table.ts'
import { compile } from '../../foundation/db/compiled.ts'
import { type Database, readTogether, systemActor, writeInSchool } from '../../foundation/db/transaction.ts'
import { newId } from '../../foundation/resource/rows.ts'
import { today } from '../../foundation/time/clock.ts'
import type { Position } from './cursor.ts'
import type { FeedEntry } from './entry.ts'
import type { Page } from './page.ts'
import { unseenRanges } from './rules.ts'

/** Percent of a group or of the school, where nobody has set another. */
export const defaultShare = 40
/** Fewer pupils than this may always go: a small set changes often. */
const fewest = 10
/** Losses are added up over this long: a drip is a loss as well. */
const windowMs = 24 * 3_600_000

const value = (name: string) => sql.placeholder(name)
const school = value('school')
const agreement = sql`${value('agreement')}::uuid`

const readState = compile(sql`
  select coalesce((select share from feed_tripwires where school_id = ${school} and agreement_id = ${agreement}), ${defaultShare}::int),
    coalesce((select max(released_number) from feed_holds where school_id = ${school} and agreement_id = ${agreement}), 0),
    (select id from feed_holds where school_id = ${school} and agreement_id = ${agreement} and released_at is null limit 1)`)

const losses = sql`
  select * from changes where school_id = ${school} and changed_at > ${value('since')}::timestamptz
    and number > ${value('released')}::bigint and (${isLoss})`
const day = sql`${value('today')}::date`

/** Of the school and of each group: pupils who have gone, and those who are still there. */
const countLosses = compile(sql`
  with losses as materialized (${losses}),
  gone as (
    select null::uuid as group_id, l.record_id as pupil_id from losses l
    where l.resource = 'pupils' and not exists (select from pupils p
      where p.school_id = ${school} and p.id = l.record_id and (p.left_on is null or p.left_on > ${day}))
    union
    select l.group_id, l.pupil_ids[1] from losses l
    where l.resource = 'memberships' and l.group_id is not null and l.pupil_ids is not null
      and not exists (select from memberships m where m.school_id = ${school} and m.group_id = l.group_id
        and m.pupil_id = l.pupil_ids[1] and (m.valid_until is null or m.valid_until > ${day})))
  select g.group_id, count(*),
    case when g.group_id is null
      then (select count(*) from pupils p where p.school_id = ${school} and (p.left_on is null or p.left_on > ${day}))
      else (select count(*) from memberships m where m.school_id = ${school} and m.group_id = g.group_id
        and m.pupil_id is not null and (m.valid_until is null or m.valid_until > ${day})) end
  from gone g group by g.group_id having count(*) >= ${fewest}::int order by count(*) desc`)

const insertHold = compile(sql`
  insert into feed_holds (school_id, id, agreement_id, group_id, lost, total, from_number, held_at)
  select ${school}, ${value('id')}::uuid, ${agreement}, ${value('group')}::uuid, ${value('lost')}::bigint,
    ${value('total')}::bigint, ${value('from')}::bigint, ${value('at')}::timestamptz
  where not exists (select from feed_holds where school_id = ${school} and agreement_id = ${agreement} and released_at is null)`)

/** The number at which a page was cut. */
export interface Held {
  from: number
}

const lossFields: Record<string, string> = { pupils: 'leftOn', memberships: 'validUntil' }

/** Whether an entry makes something vanish from a copy. */
export function isLossEntry({ action, resource, fields }: FeedEntry): boolean {
  if (action === 'removed') return true
  const field = lossFields[resource]
  return action === 'changed' && field !== undefined && fields?.includes(field) === true
}

/**
 * The page as far as it may be told: it ends before the first loss while more than the set share of a group or of the
 * school would vanish within a day. What an administrator takes away from an app is no loss: it goes at once.
 */
export async function heldBack(
  db: Database,
  { schoolId, agreement: { id: agreementId } }: Pick<Principal, 'schoolId' | 'agreement'>,
  page: Page,
  before: Position,
): Promise<{ page: Page; held: Held | undefined }> {
  const at = page.entries.findIndex(isLossEntry)
  const first = page.entries[at]?.number
  if (first == null || !(await isTripped(db, schoolId, agreementId, first))) return { page, held: undefined }
  const entries = page.entries.slice(0, at)
  const until = first - 1
  const told = entries.map(({ number }) => number).filter((number) => number !== null)
  const cut = {
    ...page,
    entries,
    until,
    unseen: unseenRanges(before.number, until, told),
    position: { ...page.position, number: until },
    hasMore: false,
  }
  return { page: cut, held: { from: first } }
}

async function isTripped(
  db: Database,
  schoolId: string,
  agreementId: string,
  from: number,
): Promise<boolean> {
  const who = systemActor(schoolId, 'feed')
  const [state = []] = await readTogether(db, who, [{ query: readState, values: { agreement: agreementId } }])
  const [share, released, open] = state[0] ?? []
  if (open && from > Number(released)) return true
  if (share === '0' || from <= Number(released)) return false
  const since = new Date(db.clock.now().getTime() - windowMs).toISOString()
  const values = { since, released, today: today(db.clock) }
  const [rows = []] = await readTogether(db, who, [{ query: countLosses, values }])
  const tripped = rows.find(
    ([, lost, left]) => Number(lost) * 100 > Number(share) * (Number(lost) + Number(left)),
  )
  if (!tripped) return false
  const [group, lost, left] = tripped
  await writeInSchool(db, who, async (tx) => {
    const id = newId()
    await tx.rows(insertHold, {
      id,
      agreement: agreementId,
      group,
      lost,
      total: Number(lost) + Number(left),
      from,
      at: db.clock.now().toISOString(),
    })
    tx.log({ resource: 'feed-holds', recordId: id, action: 'created' })
  })
  return true
}
