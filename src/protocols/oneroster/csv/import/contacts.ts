import { sql } from 'drizzle-orm'
import { syncTable, type Wanted } from '../../../../operations/imports/sync.ts'
import { pupilContacts } from '../../../../records/contacts/table.ts'
import { listOf } from '../read/values.ts'
import type { Step } from './step.ts'
import type { ImportedUser } from './users.ts'

/** What a contact is to a pupil. */
interface Link extends Record<string, unknown> {
  id: string
  pupilId: string
  contactId: string
}

const pairOf = ({ pupilId, contactId }: Pick<Link, 'pupilId' | 'contactId'>) => `${pupilId} ${contactId}`

/**
 * `agents` of a student are contacts. What OneRoster calls a guardian need not have parental responsibility, so the
 * school says that; only a guardian of this system's own making has it.
 */
export async function linkContacts(step: Step, users: ReadonlyMap<string, ImportedUser>): Promise<void> {
  const { tx, book, log, isOwn } = step
  const ids = await book('agents')
  const known = new Map((await linksOf(step)).map((link) => [pairOf(link), link.id]))
  const imported = await importedLinks(step)
  const people = await contactsOf(step, users)
  const pupilOf = new Map<string, string>()
  const wanted: Wanted[] = []
  for (const { id: pupilId, row, kinds } of users.values()) {
    if (!kinds.has('pupil') || !row.has('agentSourcedIds')) continue
    for (const [at, agent] of listOf(row.cell('agentSourcedIds')).entries()) {
      const contact = people(agent)
      if (!contact) continue
      const link = known.get(pairOf({ pupilId, contactId: contact.id })) ?? ids.idOf(`${row.id} ${agent}`)
      pupilOf.set(link, pupilId)
      const priority = at + 1
      wanted.push({
        id: link,
        // Whom to call first among those whom the school itself has linked is the school's to say.
        values: { pupilId, contactId: contact.id, ...(imported.has(link) && { priority }) },
        defaults: {
          priority,
          relationship: relationshipOf(contact.role),
          hasParentalResponsibility: isOwn,
        },
      })
    }
  }
  log('pupil-contacts', await syncTable(tx, pupilContacts, wanted), (id) => ({ pupilId: pupilOf.get(id) }))
  await removeLinks(step, await lostLinks(step, users, pupilOf))
}

const relationshipOf = (role: string) =>
  role === '' ? 'Guardian' : role.charAt(0).toUpperCase() + role.slice(1)

/** Agents of the file, and those of earlier ones whom a delta names. */
async function contactsOf({ book, tx }: Step, users: ReadonlyMap<string, ImportedUser>) {
  const ids = await book('users')
  const stored = await tx.sql<{ id: string }>(sql`select id from contacts where school_id = ${tx.schoolId}`)
  const known = new Set(stored.map(({ id }) => id))
  return (agent: string): Pick<ImportedUser, 'id' | 'role'> | undefined => {
    const user = users.get(agent)
    if (user) return user.kinds.has('contact') ? { id: user.id, role: guardianRole(user) } : undefined
    const id = ids.known(agent)
    return id !== undefined && known.has(id) ? { id, role: '' } : undefined
  }
}

/** A teacher who is the agent of a student is a guardian there. */
const guardianRole = ({ kinds, role }: ImportedUser) => (kinds.has('staff') ? 'guardian' : role)

/** Links that earlier imports made. */
async function importedLinks({ book }: Step): Promise<ReadonlySet<string>> {
  return new Set([...(await book('agents')).entries()].map(([, id]) => id))
}

async function linksOf({ tx }: Step): Promise<Link[]> {
  return tx.sql<Link>(
    sql`select id, pupil_id as "pupilId", contact_id as "contactId" from pupil_contacts where school_id = ${tx.schoolId}`,
  )
}

/** Links of earlier imports that the rows of their pupils name no longer; those that the school made itself stay. */
async function lostLinks(
  step: Step,
  users: ReadonlyMap<string, ImportedUser>,
  kept: ReadonlyMap<string, string>,
): Promise<Link[]> {
  const imported = await importedLinks(step)
  const told = new Set(
    [...users.values()].filter(({ row }) => row.has('agentSourcedIds')).map(({ id }) => id),
  )
  return (await linksOf(step)).filter(
    ({ id, pupilId }) => imported.has(id) && told.has(pupilId) && !kept.has(id),
  )
}

async function removeLinks({ tx, log }: Step, links: readonly Link[]): Promise<void> {
  if (links.length === 0) return
  const ids = `{${links.map(({ id }) => id).join(',')}}`
  await tx.sql(sql`delete from pupil_contacts where school_id = ${tx.schoolId} and id = any(${ids}::uuid[])`)
  const pupilOf = new Map(links.map(({ id, pupilId }) => [id, pupilId]))
  log('pupil-contacts', new Map(links.map(({ id }) => [id, 'removed'])), (id) => ({
    pupilId: pupilOf.get(id),
  }))
}

/** Ends what earlier imports made of contacts: links to pupils who are at the school. Returns whose links went. */
export async function unlink(step: Step, contactIds: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  if (contactIds.size === 0) return contactIds
  const { tx } = step
  const imported = await importedLinks(step)
  const left = await tx.sql<{ id: string }>(
    sql`select id from pupils where school_id = ${tx.schoolId} and left_on is not null`,
  )
  const gone = new Set(left.map(({ id }) => id))
  const links = (await linksOf(step)).filter(
    ({ id, contactId, pupilId }) => contactIds.has(contactId) && imported.has(id) && !gone.has(pupilId),
  )
  await removeLinks(step, links)
  return new Set(links.map(({ contactId }) => contactId))
}
