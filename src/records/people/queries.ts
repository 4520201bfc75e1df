import { sql } from 'drizzle-orm'
import type { Tx } from '../../foundation/db/transaction.ts'
import { columnsOf, deleteRow, insertRow, updateRow } from '../../foundation/resource/rows.ts'
import { people } from './table.ts'

/** SQL behind the names, for every view of somebody who is a person. */
export const nameSources = {
  legalGivenName: people.legalGivenName,
  legalMiddleNames: people.legalMiddleNames,
  legalFamilyName: people.legalFamilyName,
  preferredGivenName: people.preferredGivenName,
  preferredFamilyName: people.preferredFamilyName,
}

/** Stores the person behind a pupil, a member of staff or a contact; returns the id they share. */
export async function insertPerson(tx: Tx, body: object): Promise<string> {
  return insertRow(tx, people, body)
}

/** Changes whatever of the change is a person's. Who is changed as one is changed as everything else they are here. */
export async function updatePerson(tx: Tx, id: string, change: object, as: Kind): Promise<void> {
  const fields = Object.keys(columnsOf(people, change))
  if (fields.length === 0) return
  await updateRow(tx, people, id, change)
  const kinds = await tx.sql<{ kind: Kind }>(
    sql`select 'pupils' as kind from pupils where school_id = ${tx.schoolId} and id = ${id}
        union all select 'staff' from staff where school_id = ${tx.schoolId} and id = ${id}
        union all select 'contacts' from contacts where school_id = ${tx.schoolId} and id = ${id}`,
  )
  for (const { kind } of kinds)
    if (kind !== as)
      tx.log({
        resource: kind,
        recordId: id,
        action: 'changed',
        fields,
        ...(kind === 'pupils' && { pupilIds: [id] }),
      })
}

type Kind = 'pupils' | 'staff' | 'contacts'

/** Removes the person unless they are still somebody here: a parent may also teach. */
export async function deletePersonIfUnused(tx: Tx, id: string): Promise<void> {
  const [used] = await tx.sql<{ used: boolean }>(
    sql`select exists (select from pupils where school_id = ${tx.schoolId} and id = ${id})
            or exists (select from staff where school_id = ${tx.schoolId} and id = ${id})
            or exists (select from contacts where school_id = ${tx.schoolId} and id = ${id}) as used`,
  )
  if (!used?.used) await deleteRow(tx, people, id)
}
