import { sql } from 'drizzle-orm'
import { compile } from '../../../foundation/db/compiled.ts'
import { resource } from '../../../foundation/resource/resource.ts'
import { marksheetTemplates } from '../table.ts'
import { MarksheetTemplate, MarksheetTemplateFilter } from './schema.ts'

export const marksheetTemplate = resource({
  path: '/marksheet-templates',
  one: 'MarksheetTemplate',
  phrase: 'a marksheet template',
  scope: 'assessment',
  row: MarksheetTemplate,
  filter: MarksheetTemplateFilter,
  view: {
    table: marksheetTemplates,
    fields: {
      id: marksheetTemplates.id,
      updatedAt: marksheetTemplates.updatedAt,
      name: marksheetTemplates.name,
      columns: marksheetTemplates.columns,
    },
    sorts: { name: marksheetTemplates.name },
  },
  constraints: {
    marksheet_templates__name: {
      code: 'already-exists',
      path: '/name',
      message: 'Another marksheet has this name.',
    },
  },
})

const value = (name: string) => sql.placeholder(name)
const day = sql`${value('today')}::date`

export const readTemplate = compile(
  sql`select columns from marksheet_templates where school_id = ${value('school')} and id = ${value('id')}`,
)

/** Pupils of a group today with their results in some aspects and sets, as one JSON array a pupil. */
export const readGrid = compile(
  sql`select p.id, concat_ws(' ', coalesce(e.preferred_given_name, e.legal_given_name), coalesce(e.preferred_family_name, e.legal_family_name)),
        (select coalesce(json_agg(json_build_array(r.aspect_id, r.result_set_id, r.type, r.value, r.numeric_value)), '[]')
         from results r where r.school_id = p.school_id and r.pupil_id = p.id
           and r.aspect_id = any(${value('aspects')}::uuid[]) and r.result_set_id = any(${value('sets')}::uuid[]))
      from memberships m
      join pupils p on p.school_id = m.school_id and p.id = m.pupil_id and (p.left_on is null or p.left_on > ${day})
      join people e on e.school_id = p.school_id and e.id = p.id
      where m.school_id = ${value('school')} and m.group_id = ${value('group')}::uuid
        and m.valid_from <= ${day} and (m.valid_until is null or m.valid_until > ${day})
      order by coalesce(e.preferred_family_name, e.legal_family_name), coalesce(e.preferred_given_name, e.legal_given_name), p.id`,
)
