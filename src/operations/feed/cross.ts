import { sql } from 'drizzle-orm'
import { compile } from '../../foundation/db/compiled.ts'
import { type Database, readTogether, systemActor } from '../../foundation/db/transaction.ts'
import type { Resource } from '../../foundation/resource/resource.ts'
import { type Step, stepsBetween } from './crossing.ts'
import type { Crossing, Position } from './cursor.ts'
import { enteredEntry, type FeedEntry, leftEntry } from './entry.ts'
import { firstId, scan } from './records.ts'
import { subjectResources } from './rules.ts'
import type { Sighted } from './sight.ts'
import { findSights } from './sights.ts'

const readKinds = compile(
  sql`select x.id, exists (select from pupils p where p.school_id = ${sql.placeholder('school')} and p.id = x.id),
        exists (select from contacts c where c.school_id = ${sql.placeholder('school')} and c.id = x.id)
      from unnest(${sql.placeholder('ids')}::uuid[]) as x (id)`,
)

/** A part of the way from the sights of a copy to the present one. */
export interface Crossed {
  entries: FeedEntry[]
  position: Position
}

interface Way {
  db: Database
  schoolId: string
  resources: readonly Resource[]
  sighted: Sighted
}

/** Tells what left and entered with a change of access, at most `limit` entries at a time. */
export async function cross(way: Way, position: Position, limit: number): Promise<Crossed> {
  const { sighted } = way
  const crossing = position.crossing?.into === sighted.id ? position.crossing : begin(sighted.id)
  // A copy that was on its way to another sight may hold something of that as well.
  const sights = new Set(position.sights)
  if (position.crossing && position.crossing.into !== sighted.id) sights.add(position.crossing.into)
  const held = sights.size > mostSights || sights.has(anything) ? [anything] : [...sights]
  const steps = await stepsFrom(way, held)
  const entries: FeedEntry[] = []
  let { step, after } = crossing
  while (step < steps.length && entries.length < limit) {
    const told = await tell(way, steps[step] as Step, after, limit - entries.length)
    entries.push(...told.entries)
    after = told.after ?? firstId
    if (told.after === undefined) step++
  }
  const isThere = step >= steps.length
  return {
    entries,
    position: {
      ...position,
      sights: isThere ? [sighted.id] : held,
      crossing: isThere ? undefined : { into: sighted.id, step, after },
    },
  }
}

/** A copy that crossed from sight to sight without ever arriving may hold anything: it is made anew. */
const anything = '*'
const mostSights = 6

async function stepsFrom(
  { db, schoolId, resources, sighted }: Way,
  held: readonly string[],
): Promise<Step[]> {
  if (!held.includes(anything)) return stepsBetween(await findSights(db, schoolId, held), sighted.sight)
  const closed = resources.filter(({ name }) => !sighted.sight.resources[name])
  const left = closed.map(({ name }): Step => ({ kind: 'left', resource: name }))
  return [...left, ...stepsBetween('anything', sighted.sight)]
}

const begin = (into: string): Crossing => ({ into, step: 0, after: firstId })

interface Told {
  entries: FeedEntry[]
  /** The last id, where the step goes on. */
  after: string | undefined
}

async function tell(way: Way, step: Step, after: string, limit: number): Promise<Told> {
  if (step.kind === 'entered') return tellEntered(way, step, after, limit)
  if (!('subjects' in step)) {
    const fields = 'fields' in step ? { fields: step.fields } : {}
    return { entries: [leftEntry(step.resource, fields)], after: undefined }
  }
  const ids = step.subjects.filter((id) => id > after)
  const shown = ids.slice(0, limit)
  return {
    entries: await leftSubjects(way, step.resource, shown),
    after: ids.length > limit ? shown.at(-1) : undefined,
  }
}

/** Of pupils and contacts the records themselves leave; of anything else all records about a pupil. */
async function leftSubjects({ db, schoolId }: Way, resource: string, ids: string[]): Promise<FeedEntry[]> {
  const [rows = []] = await readTogether(db, systemActor(schoolId, 'feed'), [
    { query: readKinds, values: { ids } },
  ])
  return rows
    .filter(
      ([, isPupil, isContact]) => isPupil === isContact || (isContact === 't') === (resource === 'contacts'),
    )
    .map(([id]) =>
      subjectResources.has(resource)
        ? leftEntry(resource, { recordId: id as string })
        : leftEntry(resource, { pupilIds: [id as string] }),
    )
}

async function tellEntered(
  { db, schoolId, resources, sighted }: Way,
  { resource, subjects }: Extract<Step, { kind: 'entered' }>,
  after: string,
  limit: number,
): Promise<Told> {
  const of = resources.find(({ name }) => name === resource)
  // What is about nobody does not come and go with pupils.
  if (!of || (subjects && of.pupilField === undefined && !subjectResources.has(resource)))
    return { entries: [], after: undefined }
  const records = subjects
    ? await scan(db, schoolId, sighted, of, 'subjects', { after, limit, subjects })
    : await scan(db, schoolId, sighted, of, 'all', { after, limit })
  return {
    entries: records.map((record) => enteredEntry(resource, record)),
    after: records.length === limit ? records.at(-1)?.id : undefined,
  }
}
