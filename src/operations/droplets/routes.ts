import { disclose } from '../../foundation/access/disclosure.ts'
import { requireWholeSchool } from '../../foundation/access/principal.ts'
import { readInSchool } from '../../foundation/db/transaction.ts'
import { answerWrite, sendJson } from '../../foundation/http/answer.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { CreateHeaders } from '../../foundation/http/parameters.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { pageOf } from '../../foundation/resource/schemas.ts'
import { defaultPage } from '../../foundation/resource/spoken.ts'
import { dropletResources } from './queries.ts'
import { DropletQuery, DropletSettings, ToldDroplet } from './schema.ts'
import { readSettings, writeSettings } from './settings.ts'
import { toldDroplets } from './told.ts'

const listDroplets = (): Mount => ({
  method: 'GET',
  path: '/droplets',
  operationId: 'listDroplets',
  scope: 'pupils:read',
  tag: 'droplets',
  summary: 'List small facts, newest first',
  description:
    "What the school lets people be told. A person gets the own ones; an app that acts for the school gets everybody's. Each topic needs its own scope as well: attendance:read, assessment:read, timetable:read.",
  query: DropletQuery,
  answers: { 200: { description: 'A page.', schema: pageOf(ToldDroplet) } },
  problems: [],
  cost: 2,
  async handler(context) {
    const { db, who, cursors, request, reply } = context
    const { limit = defaultPage, after } = request.query as { limit?: number; after?: string }
    const scope = JSON.stringify([who.schoolId, 'droplets', who.clientId, who.person?.personId])
    const before = after === undefined ? null : (cursors.open(scope, after)[0] ?? null)
    const found = await toldDroplets(db, who, { before, limit: limit + 1 })
    const shown = found.slice(0, limit)
    await disclose(
      context,
      shown.map(({ pupilId }) => pupilId),
    )
    const last = shown.at(-1)
    const next = last && found.length > limit ? cursors.seal(scope, [last.place]) : null
    return sendJson(reply, JSON.stringify({ data: shown.map(({ spoken }) => spoken), next }))
  },
})

const settings = { path: '/droplet-settings', tag: 'droplets' } as const

const settingRoutes = (hasMailer: boolean): Mount[] => [
  {
    ...settings,
    method: 'GET',
    operationId: 'readDropletSettings',
    scope: 'schools:read',
    summary: 'Read who is told what',
    description: 'Rules, quiet hours and the daily digest.',
    answers: { 200: { description: 'The settings.', schema: DropletSettings } },
    problems: [],
    cost: 1,
    async handler({ db, actor, reply }) {
      return sendJson(reply, JSON.stringify(await readInSchool(db, actor, readSettings)))
    },
  },
  {
    ...settings,
    method: 'PUT',
    operationId: 'changeDropletSettings',
    scope: 'schools:write',
    summary: 'Set who is told what',
    description: 'From now on: what has happened before is not told.',
    headers: CreateHeaders,
    body: DropletSettings,
    answers: { 200: { description: 'The settings as they are now.', schema: DropletSettings } },
    problems: [409, 412, 413, 415, 422],
    cost: 5,
    handler(context) {
      requireWholeSchool(context.who, 'schools:write')
      return answerWrite(context, async (tx) => {
        await writeSettings(tx, context.request.body as Parameters<typeof writeSettings>[1], hasMailer)
        return { status: 200, headers: {}, body: JSON.stringify(await readSettings(tx)), affected: 1 }
      })
    },
  },
]

export const dropletRoutes = (hasMailer: boolean): Mount[] => [
  listDroplets(),
  ...dropletResources.flatMap((of) => [list(of), read(of)]),
  ...settingRoutes(hasMailer),
]
