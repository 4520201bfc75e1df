import { sql } from 'drizzle-orm'
import type { Tx } from '../../foundation/db/transaction.ts'
import type { ChangeOf } from '../../foundation/resource/mounts/change.ts'
import { resource } from '../../foundation/resource/resource.ts'
import { deleteRow, insertRow, updateRow } from '../../foundation/resource/rows.ts'
import { deletePersonIfUnused, insertPerson, nameSources, updatePerson } from '../people/queries.ts'
import { people } from '../people/table.ts'
import { StaffFilter, StaffMember } from './schema.ts'
import { staff } from './table.ts'

export const staffMember = resource({
  path: '/staff',
  one: 'StaffMember',
  many: 'Staff',
  phrase: 'a member of staff',
  scope: 'staff',
  row: StaffMember,
  filter: StaffFilter,
  view: {
    table: staff,
    from: sql`${staff} join ${people} on ${people.schoolId} = ${staff.schoolId} and ${people.id} = ${staff.id}`,
    fields: {
      id: staff.id,
      updatedAt: staff.updatedAt,
      code: staff.code,
      title: people.title,
      ...nameSources,
      role: staff.role,
      kind: staff.kind,
      employedFrom: staff.employedFrom,
      employedUntil: staff.employedUntil,
      email: people.email,
      birthDate: people.birthDate,
      sex: people.sex,
      phone: people.phone,
      address: people.address,
    },
    filters: {
      asOf: (day) =>
        sql`(${staff.employedFrom} is null or ${staff.employedFrom} <= ${day}::date)
          and (${staff.employedUntil} is null or ${staff.employedUntil} > ${day}::date)`,
    },
    sorts: {
      code: staff.code,
      legalFamilyName: people.legalFamilyName,
      legalGivenName: people.legalGivenName,
    },
  },
  constraints: {
    staff__code: { code: 'already-exists', path: '/code', message: 'Another member of staff has this code.' },
    staff__order: {
      code: 'rule-broken',
      path: '/employedUntil',
      message: 'employedUntil lies after employedFrom: it is the first day no longer employed.',
    },
  },
})

export async function insertStaffMember(tx: Tx, body: object): Promise<string> {
  return insertRow(tx, staff, body, await insertPerson(tx, body))
}

export async function updateStaffMember(tx: Tx, { id, change }: ChangeOf<object>): Promise<void> {
  await updatePerson(tx, id, change, 'staff')
  await updateRow(tx, staff, id, change)
}

export async function deleteStaffMember(tx: Tx, id: string): Promise<void> {
  await deleteRow(tx, staff, id)
  await deletePersonIfUnused(tx, id)
}
