import type { Tx } from '../../../../foundation/db/transaction.ts'
import { problem, refuse } from '../../../../foundation/http/problems.ts'
import type { OneRosterResource } from '../../resource.ts'
import { bodySchema, readBody, type Sent } from '../../rest/body.ts'
import type { Caller } from '../../rest/guard.ts'
import { isThere } from '../../rest/known.ts'
import { bothVersions, type Operation, type Within, type Written } from '../../rest/operation.ts'
import { classes } from '../../roster/classes.ts'
import { orgs } from '../../roster/orgs.ts'
import { academicSessions } from '../../roster/sessions.ts'
import type { OneRosterScope } from '../../scopes.ts'
import { lineItems } from '../line-items.ts'
import { categoryWriter, scoreScaleWriter } from './categories.ts'
import { type Draft, lockGradebook, requireDistinct, unknown, type Writer } from './draft.ts'
import { itemWriter } from './line-items.ts'
import { resultWriter } from './results.ts'

type Params = Readonly<Record<string, string>>

/** Writes demand what they demand under /v1. */
async function begin(tx: Tx, { sight }: Caller): Promise<void> {
  if (!sight.may('assessment:write'))
    throw problem('scope-missing', {
      detail: "The school's agreement does not grant this app assessment:write.",
    })
  await lockGradebook(tx)
}

const put =
  (writer: Writer) =>
  async (tx: Tx, caller: Caller, params: Params, body: unknown): Promise<Written> => {
    const { sourcedId = '' } = params
    const { one } = writer.resource
    const [sent = {}] = readBody(writer.resource, caller.sight.version, true, body)
    const path = `/${one}`
    if (sent.sourcedId !== undefined && sent.sourcedId !== sourcedId)
      refuse([{ path: `${path}/sourcedId`, message: `differs from that of the address, ${sourcedId}.` }])
    await begin(tx, caller)
    if (sent.status === 'tobedeleted') {
      await writer.remove(tx, caller, sourcedId)
      return { status: 200 }
    }
    const [stored] = await writer.store(tx, caller, [{ sourcedId, isChosen: true, body: sent, path }])
    return { status: stored?.isNew ? 201 : 200 }
  }

/** Properties that the address says: of them, a body may say the same or nothing. */
type Said = Readonly<Record<string, string>>

const post =
  (writer: Writer, within: Within, said: (params: Params) => Said) =>
  async (tx: Tx, caller: Caller, params: Params, body: unknown): Promise<Written> => {
    const { resource } = writer
    const values = said(params)
    const sent = readBody(resource, caller.sight.version, false, filledIn(body, resource, values))
    await begin(tx, caller)
    for (const [name, parent] of Object.entries(within))
      if (!(await isThere(tx, caller, parent, params[name] ?? ''))) throw unknown(parent, params[name] ?? '')
    const drafts = sent.map((each, at) => draftOf(each, `/${resource.many}/${at}`, values))
    requireDistinct(drafts)
    const stored = await writer.store(tx, caller, drafts)
    const pairs = stored.map((each, at) => ({
      suppliedSourcedId: drafts[at]?.sourcedId ?? each.sourcedId,
      allocatedSourcedId: each.sourcedId,
    }))
    return { status: 201, body: { sourcedIdPairs: pairs } }
  }

/** The references that the address gives, where the objects leave them out. */
function filledIn(body: unknown, { many }: OneRosterResource, said: Said): unknown {
  const list = (body as Record<string, unknown> | null)?.[many]
  if (!Array.isArray(list)) return body
  const references = Object.fromEntries(
    Object.entries(said).map(([name, sourcedId]) => [name, { sourcedId }]),
  )
  const isObject = (each: unknown) => each !== null && typeof each === 'object' && !Array.isArray(each)
  return { [many]: list.map((each) => (isObject(each) ? { ...references, ...each } : each)) }
}

function draftOf(body: Sent, path: string, said: Said): Draft {
  refuse(
    Object.entries(said)
      .filter(([name, id]) => body[name] !== id)
      .map(([name, id]) => ({
        path: `${path}/${name}`,
        message: `differs from that of the address, ${id}.`,
      })),
  )
  return { sourcedId: body.sourcedId as string | undefined, isChosen: false, body, path }
}

const remove =
  (writer: Writer) =>
  async (tx: Tx, caller: Caller, { sourcedId = '' }: Params): Promise<Written> => {
    await begin(tx, caller)
    await writer.remove(tx, caller, sourcedId)
    return { status: 204 }
  }

type Part = Pick<Operation, 'versions'> & { put: OneRosterScope; delete: OneRosterScope }
const older: Part = { versions: bothVersions, put: 'gradebook.createput', delete: 'gradebook.delete' }
const newer: Part = { ...older, versions: ['v1p2'] }
const ofAssessment: Part = { versions: ['v1p2'], put: 'assessment.createput', delete: 'assessment.delete' }

const nameOf = ({ one }: OneRosterResource) => `${one[0]?.toUpperCase()}${one.slice(1)}`

/** PUT and DELETE of the objects of a collection. */
function written(writer: Writer, { versions, ...scopes }: Part): Operation[] {
  const { resource } = writer
  const path = `/${resource.many}/{sourcedId}`
  const own = { service: 'gradebook', path, versions, resource, isOne: true, within: {} } as const
  return [
    {
      ...own,
      method: 'PUT',
      operationId: `put${nameOf(resource)}`,
      scopes: [scopes.put],
      write: put(writer),
      body: (version) => bodySchema(resource, version, true),
    },
    {
      ...own,
      method: 'DELETE',
      operationId: `delete${nameOf(resource)}`,
      scopes: [scopes.delete],
      write: remove(writer),
    },
  ]
}

/** POST of many objects below others, which 1.2 has. */
const posted = (
  path: string,
  operationId: string,
  writer: Writer,
  within: Within,
  said: (params: Params) => Said = () => ({}),
): Operation => ({
  service: 'gradebook',
  method: 'POST',
  path,
  operationId,
  scopes: ['gradebook.createpost'],
  versions: ['v1p2'],
  resource: writer.resource,
  isOne: false,
  within,
  write: post(writer, within, said),
  body: (version) => bodySchema(writer.resource, version, false),
})

const items = itemWriter('lineItem')
const results = resultWriter('lineItem')

export const writingOperations: readonly Operation[] = [
  ...written(itemWriter('assessment'), ofAssessment),
  ...written(resultWriter('assessment'), ofAssessment),
  ...written(categoryWriter, older),
  posted(
    '/classes/{classSourcedId}/academicSessions/{academicSessionSourcedId}/results',
    'postResultsForAcademicSessionForClass',
    results,
    { classSourcedId: classes, academicSessionSourcedId: academicSessions },
    ({ classSourcedId = '' }) => ({ class: classSourcedId }),
  ),
  posted(
    '/classes/{classSourcedId}/lineItems',
    'postLineItemsForClass',
    items,
    { classSourcedId: classes },
    ({ classSourcedId = '' }) => ({ class: classSourcedId }),
  ),
  posted(
    '/lineItems/{lineItemSourcedId}/results',
    'postResultsForLineItem',
    results,
    { lineItemSourcedId: lineItems },
    ({ lineItemSourcedId = '' }) => ({ lineItem: lineItemSourcedId }),
  ),
  ...written(items, older),
  ...written(results, older),
  posted('/schools/{schoolSourcedId}/lineItems', 'postLineItemsForSchool', items, { schoolSourcedId: orgs }),
  ...written(scoreScaleWriter, newer),
]
