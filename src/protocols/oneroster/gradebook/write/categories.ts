import { and, eq, type SQL } from 'drizzle-orm'
import type { Tx } from '../../../../foundation/db/transaction.ts'
import { problem } from '../../../../foundation/http/problems.ts'
import { deleteRow } from '../../../../foundation/resource/rows.ts'
import { requireThere } from '../../rest/known.ts'
import { classes } from '../../roster/classes.ts'
import { courses } from '../../roster/courses.ts'
import { categories } from '../categories.ts'
import { scoreScales } from '../score-scales.ts'
import { gradebookCategories, gradebookLineItems, gradebookScoreScales } from '../table.ts'
import type { Draft, Stored, Writer } from './draft.ts'
import { keep, placeOf, rowToRemove } from './named.ts'
import { tellDeleted } from './tombstones.ts'

/** What line items refer to stays as long as they do. */
async function requireUnused(tx: Tx, what: string, condition: SQL): Promise<void> {
  const [item] = await tx.orm
    .select({ sourcedId: gradebookLineItems.sourcedId })
    .from(gradebookLineItems)
    .where(and(eq(gradebookLineItems.schoolId, tx.schoolId), condition))
    .limit(1)
  if (item)
    throw problem('rule-broken', {
      detail: `Line items are still in this ${what}, such as ${item.sourcedId}: remove or move them first.`,
    })
}

/** Stores drafts one by one. */
export async function each(
  drafts: readonly Draft[],
  store: (draft: Draft) => Promise<Stored>,
): Promise<Stored[]> {
  const stored: Stored[] = []
  for (const draft of drafts) stored.push(await store(draft))
  return stored
}

const ofCategories = { table: gradebookCategories, resource: categories }

export const categoryWriter: Writer = {
  resource: categories,
  store: (tx, caller, drafts) =>
    each(drafts, async (draft) => {
      const { title, weight = null, metadata = null } = draft.body
      const place = await placeOf(tx, caller, ofCategories, draft)
      return keep(tx, gradebookCategories, place, { title, weight, metadata })
    }),
  async remove(tx, caller, sourcedId) {
    const row = await rowToRemove(tx, caller, ofCategories, sourcedId)
    await requireUnused(tx, 'category', eq(gradebookLineItems.category, sourcedId))
    await tellDeleted(tx, 'categories', row)
    await deleteRow(tx, gradebookCategories, row.id)
  },
}

const ofScales = { table: gradebookScoreScales, resource: scoreScales }

export const scoreScaleWriter: Writer = {
  resource: scoreScales,
  store: (tx, caller, drafts) =>
    each(drafts, async (draft) => {
      const body = draft.body as { class: string; course?: string; title: string; type: string }
      await requireThere(tx, caller, [
        { path: `${draft.path}/class`, resource: classes, id: body.class },
        { path: `${draft.path}/course`, resource: courses, id: body.course },
      ])
      const { title, type, course = null } = body
      const { scoreScaleValue: values, metadata = null } = draft.body
      const place = await placeOf(tx, caller, ofScales, draft)
      return keep(tx, gradebookScoreScales, place, {
        title,
        type,
        course,
        classId: body.class,
        values,
        metadata,
      })
    }),
  async remove(tx, caller, sourcedId) {
    const row = await rowToRemove(tx, caller, ofScales, sourcedId)
    await requireUnused(tx, 'scale', eq(gradebookLineItems.scoreScale, sourcedId))
    await tellDeleted(tx, 'scoreScales', row)
    await deleteRow(tx, gradebookScoreScales, row.id)
  },
}
