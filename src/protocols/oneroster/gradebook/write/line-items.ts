import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../../../foundation/db/transaction.ts'
import { problem } from '../../../../foundation/http/problems.ts'
import { deleteRow } from '../../../../foundation/resource/rows.ts'
import type { Caller } from '../../rest/guard.ts'
import { type Reference, requireThere } from '../../rest/known.ts'
import { classes } from '../../roster/classes.ts'
import { orgs } from '../../roster/orgs.ts'
import { academicSessions } from '../../roster/sessions.ts'
import { categories } from '../categories.ts'
import { assessmentLineItems, lineItems } from '../line-items.ts'
import { scoreScales } from '../score-scales.ts'
import { gradebookLineItems, type ItemKind } from '../table.ts'
import { each } from './categories.ts'
import { type Draft, type Stored, type Writer, wordsOf } from './draft.ts'
import { type Home, makeHome, removeHome, renameHome } from './home.ts'
import { keep, placeOf, rowToRemove } from './named.ts'
import { removeResultsUnder } from './removed-results.ts'
import { tellDeleted } from './tombstones.ts'

/** What a program says of a line item, of either kind. */
interface Body {
  title: string
  description?: string
  class?: string
  school?: string
  category?: string
  assignDate?: string
  dueDate?: string
  gradingPeriod?: string
  academicSession?: string
  scoreScale?: string
  parentAssessmentLineItem?: string
  resultValueMin?: number
  resultValueMax?: number
  learningObjectiveSet?: object
  metadata?: object
}

type Row = typeof gradebookLineItems.$inferSelect

const resourceOf = (kind: ItemKind) => (kind === 'lineItem' ? lineItems : assessmentLineItems)
const within = (kind: ItemKind) => ({
  table: gradebookLineItems,
  resource: resourceOf(kind),
  also: eq(gradebookLineItems.kind, kind),
})

export const itemWriter = (kind: ItemKind): Writer => ({
  resource: resourceOf(kind),
  store: (tx, caller, drafts) => each(drafts, (draft) => storeItem(tx, caller, kind, wordsOf<Body>(draft))),
  async remove(tx, caller, sourcedId) {
    const item = await rowToRemove(tx, caller, within(kind), sourcedId)
    await requireNoParts(tx, item)
    await removeResultsUnder(tx, item)
    await tellDeleted(tx, kind === 'lineItem' ? 'lineItems' : 'assessmentLineItems', item)
    await deleteRow(tx, gradebookLineItems, item.id)
    await removeHome(tx, item)
  },
})

const referencesOf = (path: string, body: Body): Reference[] => [
  { path: `${path}/class`, resource: classes, id: body.class },
  { path: `${path}/school`, resource: orgs, id: body.school },
  { path: `${path}/category`, resource: categories, id: body.category },
  { path: `${path}/gradingPeriod`, resource: academicSessions, id: body.gradingPeriod },
  { path: `${path}/academicSession`, resource: academicSessions, id: body.academicSession },
  { path: `${path}/scoreScale`, resource: scoreScales, id: body.scoreScale },
  {
    path: `${path}/parentAssessmentLineItem`,
    resource: assessmentLineItems,
    id: body.parentAssessmentLineItem,
  },
]

function requireRange({ path, body }: Draft<Body>): void {
  const { resultValueMin, resultValueMax } = body
  if (resultValueMin === undefined || resultValueMax === undefined || resultValueMin <= resultValueMax) return
  const message = `must be at least resultValueMin, ${resultValueMin}.`
  throw problem('rule-broken', { errors: [{ path: `${path}/resultValueMax`, message }] })
}

async function storeItem(tx: Tx, caller: Caller, kind: ItemKind, draft: Draft<Body>): Promise<Stored> {
  const { body, path } = draft
  requireRange(draft)
  await requireThere(tx, caller, referencesOf(path, body))
  const place = await placeOf(tx, caller, within(kind), draft)
  const classId = body.class ?? null
  const home = place.before
    ? await stayedAt(tx, place.before, draft, classId)
    : await makeHome(tx, body.title, classId)
  if (!home)
    throw problem('rule-broken', {
      detail: 'The school has no academic year yet: nothing can be assessed before it has one.',
    })
  return keep(tx, gradebookLineItems, place, { kind, ...columnsOf(body), ...home })
}

/** A line item keeps its aspect, and with it its class, for life. */
async function stayedAt(
  tx: Tx,
  before: Row,
  { path, body }: Draft<Body>,
  classId: string | null,
): Promise<Home> {
  if (before.classId !== classId) {
    const message = 'A line item stays with its class: make another one for the other class.'
    throw problem('rule-broken', { errors: [{ path: `${path}/class`, message }] })
  }
  if (before.title !== body.title) await renameHome(tx, before, body.title)
  return { aspectId: before.aspectId, resultSetId: before.resultSetId }
}

const columnsOf = (body: Body) => ({
  title: body.title,
  description: body.description ?? null,
  classId: body.class ?? null,
  assignAt: body.assignDate ?? null,
  dueAt: body.dueDate ?? null,
  category: body.category ?? null,
  gradingPeriod: body.gradingPeriod ?? null,
  academicSession: body.academicSession ?? null,
  scoreScale: body.scoreScale ?? null,
  parent: body.parentAssessmentLineItem ?? null,
  resultValueMin: body.resultValueMin ?? null,
  resultValueMax: body.resultValueMax ?? null,
  learningObjectives: body.learningObjectiveSet ?? null,
  metadata: body.metadata ?? null,
})

async function requireNoParts(tx: Tx, { sourcedId, kind }: Row): Promise<void> {
  const [part] = await tx.orm
    .select({ sourcedId: gradebookLineItems.sourcedId })
    .from(gradebookLineItems)
    .where(and(eq(gradebookLineItems.schoolId, tx.schoolId), eq(gradebookLineItems.parent, sourcedId)))
    .limit(1)
  if (part && kind === 'assessment')
    throw problem('rule-broken', {
      detail: `Other assessments are parts of it, such as ${part.sourcedId}: remove them first.`,
    })
}
