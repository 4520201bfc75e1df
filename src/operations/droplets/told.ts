import { sql } from 'drizzle-orm'
import { leanOn, type Principal } from '../../foundation/access/principal.ts'
import { reachOf } from '../../foundation/access/reach.ts'
import { compile } from '../../foundation/db/compiled.ts'
import { type Database, readTogether, type TextRow } from '../../foundation/db/transaction.ts'
import { type Kind, type Topic, topics } from './rules.ts'
import { sentenceOf } from './wording.ts'

const value = (name: string) => sql.placeholder(name)

const readTold = compile(sql`
  select d.id, d.updated_at, d.kind, d.audience, d.person_id, d.pupil_id, d.resource, d.record_id, d.facts, d.happened_at, d.visible_at,
    coalesce(e.preferred_given_name, e.legal_given_name)
  from droplets d join people e on e.school_id = d.school_id and e.id = d.pupil_id
  where d.school_id = ${value('school')} and d.topic = ${value('topic')} and d.visible_at <= ${value('at')}::timestamptz
    and (${value('person')}::uuid is null or d.person_id = ${value('person')}::uuid)
    and (${value('before')}::text is null or (to_char(d.visible_at, 'YYYY-MM-DD HH24:MI:SS.MS') || ' ' || d.id) < ${value('before')})
  order by d.visible_at desc, d.id desc limit ${value('limit')}::int`)

export interface ToldOne {
  /** Place in the list. */
  place: string
  pupilId: string
  spoken: Record<string, unknown>
}

const instantOf = (text: string) => new Date(text).toISOString()

/** What may be told by now, newest first: each topic with its own scope and reach. A person is told the own ones. */
export async function toldDroplets(
  db: Database,
  who: Principal,
  { before, limit }: { before: string | null; limit: number },
): Promise<ToldOne[]> {
  const open = topics.filter((topic) => who.scopes.has(`${topic}:read`) && who.scopes.has('pupils:read'))
  const at = db.clock.now().toISOString()
  const lists = await Promise.all(
    open.map(async (topic: Topic) => {
      const reader = { ...who, leansOn: new Set<string>() }
      leanOn(reader, `${topic}:read`)
      leanOn(reader, 'pupils:read')
      const values = { topic, at, person: who.person?.personId ?? null, before, limit }
      const actor = { schoolId: who.schoolId, reach: reachOf(reader) }
      const [rows = []] = await readTogether(db, actor, [{ query: readTold, values }])
      return rows.map(toldFrom)
    }),
  )
  return lists
    .flat()
    .sort((a, b) => (a.place < b.place ? 1 : -1))
    .slice(0, limit)
}

function toldFrom(row: TextRow): ToldOne {
  const [
    id,
    updatedAt,
    kind,
    audience,
    personId,
    pupilId,
    resource,
    recordId,
    facts,
    happenedAt,
    visibleAt,
    name,
  ] = row as string[]
  const said = JSON.parse(facts as string)
  const visible = instantOf(visibleAt as string)
  return {
    place: `${visible.slice(0, 23).replace('T', ' ')} ${id}`,
    pupilId: pupilId as string,
    spoken: {
      id,
      updatedAt: instantOf(updatedAt as string),
      kind,
      audience,
      personId,
      pupilId,
      resource,
      recordId,
      facts: said,
      happenedAt: instantOf(happenedAt as string),
      visibleAt: visible,
      text: sentenceOf(kind as Kind, name as string, said),
    },
  }
}
