import { sql } from 'drizzle-orm'
import type { OneRosterResource } from '../resource.ts'
import { common, newest, placeholderCourse, refersTo, removed, school } from './common.ts'

/** A subject is a course; classes without one share a placeholder, since every class must have a course. */
export const courses: OneRosterResource = {
  many: 'courses',
  one: 'course',
  about: 'Subjects, and a placeholder for classes without one.',
  needs: ['subjects:read', 'groups:read'],
  isPersonal: false,
  fields: [
    ...common,
    { name: 'title', kind: 'text', column: 'title', isRequired: true, about: 'Name of the subject.' },
    {
      name: 'courseCode',
      kind: 'text',
      column: 'course_code',
      isRequired: true,
      about: 'Code of the subject.',
    },
    {
      name: 'org',
      kind: 'reference',
      column: 'org',
      to: refersTo.org,
      isRequired: true,
      about: 'The school.',
    },
    { name: 'subjects', kind: 'texts', column: 'subjects', about: 'Name of the subject.' },
    { name: 'subjectCodes', kind: 'texts', column: 'subject_codes', about: 'Code of the subject.' },
  ],
  rows: ({ may }) => sql`
    select ${placeholderCourse} as record_id, ${placeholderCourse}::text as sourced_id, 'active' as status,
      ${newest(sql`s.updated_at`)} as date_last_modified, null::uuid as subject, 'No subject' as title, 'NONE' as course_code,
      s.school_id::text as org, '{}'::text[] as subjects, '{}'::text[] as subject_codes
    from schools s where s.school_id = ${school}
    ${may('subjects:read') ? subjectCourses : sql``}`,
}

const subjectCourses = sql`
  union all
  select s.id, s.id::text, 'active', ${newest(sql`s.updated_at`)}, null::uuid, s.name, s.code, s.school_id::text, array[s.name], array[s.code]
  from subjects s where s.school_id = ${school}
  union all
  select x.record_id, x.record_id::text, 'tobedeleted', ${newest(sql`x.changed_at`)}, null::uuid, 'Removed', 'REMOVED', ${school}::text, '{}', '{}'
  from ${removed(['subjects'], sql`subjects`)} x`
