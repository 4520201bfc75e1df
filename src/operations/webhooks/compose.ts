import type { Principal } from '../../foundation/access/principal.ts'
import { Problem } from '../../foundation/http/problems.ts'
import { newId } from '../../foundation/resource/rows.ts'
import { type Page, pageAfter, startOf } from '../feed/page.ts'
import { heldBack } from '../feed/tripwire.ts'
import { appPrincipal } from './principal.ts'
import { asSystem, type Endpoint, now, type Sending } from './sending.ts'
import { insertMessage, movePosition } from './statements.ts'

/** Entries in one message. */
const mostEntries = 100

/** Reads on in the feed as the app sees it; true when a message was made or there is more to read. */
export async function makeMessage(sending: Sending, endpoint: Endpoint): Promise<boolean> {
  const who = await appPrincipal(sending.load, endpoint.schoolId, endpoint.appId)
  endpoint.isStuck = !who
  if (!who) return false
  const page = await nextPage(sending, endpoint, who)
  const isTold = page.entries.length > 0
  endpoint.isStuck = JSON.stringify(page.position) === JSON.stringify(endpoint.position)
  if (endpoint.isStuck) return false
  const position = JSON.stringify(page.position)
  const isMoved = await asSystem(sending, endpoint.schoolId, async (tx) => {
    const [moved] = await tx.rows(movePosition, {
      endpoint: endpoint.id,
      position,
      version: endpoint.version,
    })
    if (moved && isTold) await tx.rows(insertMessage, messageOf(sending, endpoint, page))
    return moved !== undefined
  })
  if (!isMoved) return false
  endpoint.position = page.position
  return isTold || page.hasMore
}

async function nextPage(sending: Sending, endpoint: Endpoint, who: Principal): Promise<Page> {
  const { db } = sending
  const resources = sending.resources.filter((of) => endpoint.resources?.includes(of.name) ?? true)
  const asked = { db, who, resources, limit: mostEntries, hasRecords: false }
  try {
    const page = await pageAfter(asked, endpoint.position)
    return (await heldBack(db, who, page, endpoint.position)).page
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'cursor-expired') throw error
    // Switched off for longer than the log is kept: it begins anew where the log does.
    const position = await startOf(asked, 'oldest')
    return {
      ...emptyPage,
      position,
      sighted: { id: '', sight: { resources: {}, subjects: [] }, readerOf: () => who },
    }
  }
}

const emptyPage = { entries: [], after: 0, until: 0, unseen: [], hasMore: true }

/** Thin: ids and numbers, nothing about anybody. */
function messageOf(sending: Sending, endpoint: Endpoint, page: Page) {
  const at = now(sending).toISOString()
  const entries = page.entries.map(({ number, resource, recordId, action, pupilIds }) => ({
    number,
    resource,
    recordId,
    action,
    // What leaves without a record is named by its pupils.
    ...(action === 'left' && recordId === null && { pupilIds }),
  }))
  const data = {
    schoolId: endpoint.schoolId,
    from: page.after + 1,
    until: page.until,
    unseen: page.unseen,
    entries,
  }
  return {
    endpoint: endpoint.id,
    id: newId(),
    type: 'changes',
    from: data.from,
    until: data.until,
    body: JSON.stringify({ type: 'changes', timestamp: at, data }),
    at,
  }
}
