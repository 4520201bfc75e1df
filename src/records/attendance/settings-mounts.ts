import { type Static, Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { requireWholeSchool } from '../../foundation/access/principal.ts'
import { compile } from '../../foundation/db/compiled.ts'
import { readTogether } from '../../foundation/db/transaction.ts'
import { answerWrite, sendJson } from '../../foundation/http/answer.ts'
import { entityTag, isUnchanged, requiredVersions, requireMatch } from '../../foundation/http/etag.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { ChangeHeaders, etagHeader, ReadHeaders } from '../../foundation/http/parameters.ts'
import { type Fault, refuse } from '../../foundation/http/problems.ts'
import { Day, oneOf, TimeOfDay, Whole } from '../../foundation/resource/spoken.ts'
import { type AttendanceSettings, longestOpenMinutes, readSettings, settingsFrom } from './settings.ts'

const strict = { additionalProperties: false }
const session = oneOf(['AM', 'PM'], { description: 'Session of the day.', examples: ['AM'] })
const opensAt = TimeOfDay('Local time at which the register opens.', '08:40')

const Settings = Type.Object(
  {
    openMinutes: Whole(
      'Minutes for which every register stays open: L within them, U after. The same for every session (Working together to improve school attendance).',
      1,
      longestOpenMinutes,
      30,
    ),
    opensAt: Type.Array(
      Type.Object({ weekday: Whole('ISO weekday: 1 is Monday.', 1, 7, 1), session, opensAt }, strict),
      { maxItems: 14, description: 'When the registers of each weekday open.' },
    ),
    exceptions: Type.Array(Type.Object({ date: Day('The day.', '2026-12-18'), session, opensAt }, strict), {
      maxItems: 200,
      description: 'Days on which it is otherwise.',
    }),
    derivesFrom: oneOf(['nothing', 'first-lesson'], {
      description:
        "first-lesson: a pupil's first lesson of a session gives the session mark, and its register tells so.",
      examples: ['nothing'],
    }),
  },
  { ...strict, title: 'AttendanceSettings' },
)
type Settings = Static<typeof Settings>

const store = compile(
  sql`insert into attendance_settings (school_id, version, open_minutes, opens_at, exceptions, derives_from)
      values (${sql.placeholder('school')}, ${sql.placeholder('version')}::bigint, ${sql.placeholder('openMinutes')}::smallint,
        ${sql.placeholder('opensAt')}::jsonb, ${sql.placeholder('exceptions')}::jsonb, ${sql.placeholder('derivesFrom')})
      on conflict (school_id) do update set version = excluded.version, open_minutes = excluded.open_minutes,
        opens_at = excluded.opens_at, exceptions = excluded.exceptions, derives_from = excluded.derives_from`,
)

/** The only row of a school: a writer waits for the one before. */
const lock = compile(
  sql`select pg_advisory_xact_lock(hashtextextended('attendance-settings ' || ${sql.placeholder('school')}::text, 0))`,
)

const speak = ({ version: _, ...settings }: AttendanceSettings): string => JSON.stringify(settings)
const tagOf = ({ version }: Pick<AttendanceSettings, 'version'>) => entityTag(version, 'settings')

const common = { path: '/attendance-settings', tag: 'attendance' } as const

const readAttendanceSettings = (): Mount => ({
  ...common,
  method: 'GET',
  operationId: 'readAttendanceSettings',
  scope: 'attendance:read',
  summary: 'Read when registers open and close',
  description: 'Opening times, the minutes for which registers stay open, and the rule for session marks.',
  headers: ReadHeaders,
  answers: {
    200: { description: 'The settings.', schema: Settings, headers: etagHeader },
    304: { description: 'They have not changed.' },
  },
  problems: [],
  cost: 1,
  async handler({ db, actor, request, reply }) {
    const [rows = []] = await readTogether(db, actor, [{ query: readSettings, values: {} }])
    const settings = settingsFrom(rows)
    reply.header('etag', tagOf(settings))
    if (isUnchanged(request.headers['if-none-match'], tagOf(settings))) return reply.code(304).send()
    return sendJson(reply, speak(settings))
  },
})

const changeAttendanceSettings = (): Mount => ({
  ...common,
  method: 'PUT',
  operationId: 'changeAttendanceSettings',
  scope: 'attendance:write',
  summary: 'Set when registers open and close',
  description: 'Replaces the settings. Marks that stand are not changed. If-Match is required.',
  headers: ChangeHeaders,
  body: Settings,
  answers: { 200: { description: 'The settings as they are now.', schema: Settings, headers: etagHeader } },
  problems: [409, 412, 413, 415, 422, 428],
  cost: 5,
  handler(context) {
    requireWholeSchool(context.who, 'attendance:write')
    const required = requiredVersions(context.request.headers['if-match'])
    const body = context.request.body as Settings
    refuse(faultsOf(body))
    return answerWrite(context, async (tx) => {
      await tx.rows(lock)
      const before = settingsFrom(await tx.rows(readSettings))
      requireMatch(required, before.version)
      const after = { ...body, version: before.version + 1 }
      await tx.rows(store, {
        ...after,
        opensAt: JSON.stringify(body.opensAt),
        exceptions: JSON.stringify(body.exceptions),
      })
      tx.log({
        resource: 'attendance-settings',
        recordId: tx.schoolId,
        action: 'changed',
        fields: Object.keys(body),
      })
      return { status: 200, headers: { etag: tagOf(after) }, body: speak(after), affected: 1 }
    })
  },
})

/** Each session once, and the afternoon after the morning. */
function faultsOf({ opensAt, exceptions }: Settings): Fault[] {
  const days = [
    ...opensAt.map((each, at) => ({ ...each, day: String(each.weekday), path: `/opensAt/${at}` })),
    ...exceptions.map((each, at) => ({ ...each, day: each.date, path: `/exceptions/${at}` })),
  ]
  return days.flatMap((one, at) => {
    const before = days.slice(0, at).filter(({ day }) => day === one.day)
    if (before.some(({ session }) => session === one.session))
      return [{ path: `${one.path}/session`, message: 'This session has an opening time already.' }]
    const isCrossed = before.some(
      (other) => (one.session === 'PM' ? one.opensAt > other.opensAt : one.opensAt < other.opensAt) === false,
    )
    return isCrossed
      ? [{ path: `${one.path}/opensAt`, message: 'The afternoon opens after the morning.' }]
      : []
  })
}

export const settingsRoutes = (): Mount[] => [readAttendanceSettings(), changeAttendanceSettings()]
