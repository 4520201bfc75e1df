import { type SQL, sql } from 'drizzle-orm'
import type { Scope } from '../../../foundation/access/scopes.ts'

/** What a pupil has one value of. */
export interface PupilDimension {
  source: SQL
  /** Needed besides the scope of the statistics: characteristics are for those who may see them. */
  scope?: Scope
}

/** The latest registration group up to the end of the range, with its year group. */
const registrationGroup = sql`(select g.id::text || '|' || coalesce(g.year_group, p.year_group)
  from memberships m join groups g on g.school_id = m.school_id and g.id = m.group_id and g.kind = 'registration'
  where m.school_id = p.school_id and m.pupil_id = p.id and m.valid_from < ${sql.placeholder('until')}::date
  order by m.valid_from desc, g.id limit 1)`

export const pupilDimensions = {
  pupil: { source: sql`p.id::text`, scope: 'attendance:read' },
  yearGroup: { source: sql`p.year_group::text` },
  registrationGroup: { source: registrationGroup, scope: 'groups:read' },
  sex: { source: sql`e.sex`, scope: 'pupils.demographics:read' },
  ethnicity: { source: sql`p.ethnicity`, scope: 'pupils.demographics:read' },
  firstLanguage: { source: sql`p.first_language`, scope: 'pupils.demographics:read' },
  senStatus: { source: sql`p.sen_status`, scope: 'pupils.sen:read' },
  isFreeSchoolMeals: { source: sql`p.is_free_school_meals::text`, scope: 'pupils.eligibility:read' },
  isPupilPremium: { source: sql`p.is_pupil_premium::text`, scope: 'pupils.eligibility:read' },
  isInCare: { source: sql`p.is_in_care::text`, scope: 'pupils.eligibility:read' },
} as const satisfies Record<string, PupilDimension>

/** What a session has one value of. */
export const sessionDimensions = ['session', 'weekday', 'week', 'month'] as const
/** What a mark has one value of. */
export const markDimensions = ['code', 'category'] as const

export type PupilDimensionName = keyof typeof pupilDimensions
export type SessionDimensionName = (typeof sessionDimensions)[number]
export type MarkDimensionName = (typeof markDimensions)[number]

export const dimensionNames = [
  ...(Object.keys(pupilDimensions) as PupilDimensionName[]),
  ...sessionDimensions,
  ...markDimensions,
] as const
export type DimensionName = (typeof dimensionNames)[number]

export const isPupilDimension = (name: string): name is PupilDimensionName => name in pupilDimensions
export const isSessionDimension = (name: string): name is SessionDimensionName =>
  (sessionDimensions as readonly string[]).includes(name)
export const isMarkDimension = (name: string): name is MarkDimensionName =>
  (markDimensions as readonly string[]).includes(name)
