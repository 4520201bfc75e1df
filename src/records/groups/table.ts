import { sql } from 'drizzle-orm'
import { check, date, index, pgTable, smallint, text, unique, uuid } from 'drizzle-orm/pg-core'
import { keyOf, record, reference } from '../../foundation/db/columns.ts'
import { academicYears } from '../calendar/table.ts'
import { pupils } from '../pupils/table.ts'
import { staff } from '../staff/table.ts'
import { subjects } from '../subjects/table.ts'

export const groups = pgTable(
  'groups',
  {
    ...record(),
    /** year, registration, teaching or house. */
    kind: text('kind').notNull(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    academicYearId: uuid('academic_year_id'),
    subjectId: uuid('subject_id'),
    yearGroup: smallint('year_group'),
  },
  (t) => [
    keyOf('groups', t.schoolId, t.id),
    reference('groups__academic_year_id', [t.schoolId, t.academicYearId], academicYears),
    reference('groups__subject_id', [t.schoolId, t.subjectId], subjects),
    unique('groups__code').on(t.schoolId, t.kind, t.academicYearId, t.code).nullsNotDistinct(),
  ],
)

/** Who is in a group and from when until when (half-open): a pupil, or a member of staff in a role. */
export const memberships = pgTable(
  'memberships',
  {
    ...record(),
    groupId: uuid('group_id').notNull(),
    pupilId: uuid('pupil_id'),
    staffId: uuid('staff_id'),
    /** pupil, tutor, teacher or assistant. */
    role: text('role').notNull(),
    validFrom: date('valid_from').notNull(),
    validUntil: date('valid_until'),
  },
  (t) => [
    keyOf('memberships', t.schoolId, t.id),
    reference('memberships__group_id', [t.schoolId, t.groupId], groups),
    reference('memberships__pupil_id', [t.schoolId, t.pupilId], pupils),
    reference('memberships__staff_id', [t.schoolId, t.staffId], staff),
    index('memberships__group').on(t.schoolId, t.groupId),
    index('memberships__pupil').on(t.schoolId, t.pupilId),
    index('memberships__staff').on(t.schoolId, t.staffId),
    check('memberships__one_person', sql`(${t.pupilId} is null) <> (${t.staffId} is null)`),
    check('memberships__role', sql`(${t.role} = 'pupil') = (${t.pupilId} is not null)`),
    check('memberships__order', sql`${t.validUntil} is null or ${t.validFrom} < ${t.validUntil}`),
  ],
)
