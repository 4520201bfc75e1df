import { sql } from 'drizzle-orm'
import type { Person } from '../../foundation/access/principal.ts'
import type { LoadStanding } from '../../foundation/access/standing.ts'
import { compile } from '../../foundation/db/compiled.ts'
import { type Database, readTogether, systemActor, type TextRow } from '../../foundation/db/transaction.ts'
import { today } from '../../foundation/time/clock.ts'
import { type HeldRole, rulesOf } from './roles.ts'

const school = sql.placeholder('school')
const day = sql`${sql.placeholder('today')}::date`

const findAgreement = compile(
  sql`select a.id, a.version_in_force, a.has_withheld, to_json(a.scopes) from agreements a
      join clients c on c.id = a.app_id and c.is_active
      where a.school_id = ${school} and a.app_id = ${sql.placeholder('client')} and a.state = 'in-force' and a.expires_on >= ${day}`,
)

/** An account that is in use, of somebody who is at the school today. */
export const findPerson = compile(
  sql`select a.kind, a.person_id from accounts a
      where a.school_id = ${school} and a.id = ${sql.placeholder('account')}::uuid and a.status = 'active'
        and case a.kind
          when 'staff' then exists (select from staff s where s.school_id = a.school_id and s.id = a.person_id
            and (s.employed_from is null or s.employed_from <= ${day}) and (s.employed_until is null or s.employed_until > ${day}))
          when 'pupil' then exists (select from pupils p where p.school_id = a.school_id and p.id = a.person_id
            and (p.left_on is null or p.left_on > ${day}))
          else exists (select from pupil_contacts c join pupils p on p.school_id = c.school_id and p.id = c.pupil_id
            where c.school_id = a.school_id and c.contact_id = a.person_id and c.has_parental_responsibility
              and not c.is_court_order_restricted and (p.left_on is null or p.left_on > ${day}))
        end`,
)

const findRoles = compile(
  sql`select r.role, r.year_group from role_assignments r
      join accounts a on a.school_id = r.school_id and a.person_id = r.person_id and a.kind = 'staff'
      where r.school_id = ${school} and a.id = ${sql.placeholder('account')}::uuid
        and r.valid_from <= ${day} and (r.valid_until is null or r.valid_until > ${day})`,
)
const findPermissions = compile(
  sql`select role, to_json(scopes) from role_permissions where school_id = ${school}`,
)

/** Reads what a school lets an app do and, where it acts for a person, what that person's roles permit. */
export function standingLoader(db: Database): LoadStanding {
  return async ({ schoolId, clientId, accountId }) => {
    const values = { client: clientId, account: accountId ?? null, today: today(db.clock) }
    const ofPerson = accountId === undefined ? [] : [findPerson, findRoles, findPermissions]
    const [agreements, people = [], held = [], changed = []] = await readTogether(
      db,
      systemActor(schoolId, 'standing'),
      [findAgreement, ...ofPerson].map((query) => ({ query, values })),
    )
    const [found] = agreements ?? []
    if (!found) return 'agreement-not-in-force'
    const [id, version, hasWithheld, scopes] = found as [string, string, string, string]
    const agreed = {
      agreement: { id, version: Number(version), hasWithheld: hasWithheld === 't' },
      scopes: new Set(JSON.parse(scopes) as string[]),
    }
    if (accountId === undefined) return { ...agreed, person: undefined, rules: undefined }
    const person = personFrom(accountId, people)
    if (!person) return 'account-closed'
    return { ...agreed, person, rules: rulesOf(rolesHeld(person, held), permissionsFrom(changed)) }
  }
}

function personFrom(accountId: string, [row]: readonly TextRow[]): Person | undefined {
  if (!row) return undefined
  const [kind, personId] = row as [Person['kind'], string]
  return { accountId, personId, kind }
}

/** Staff are given their roles; a guardian and a pupil hold theirs by being one. */
export function rolesHeld({ kind }: Person, rows: readonly TextRow[]): HeldRole[] {
  if (kind === 'contact') return [{ role: 'guardian', yearGroup: null }]
  if (kind === 'pupil') return [{ role: 'pupil', yearGroup: null }]
  return rows.map(([role, year]) => ({ role: role as string, yearGroup: year == null ? null : Number(year) }))
}

const permissionsFrom = (rows: readonly TextRow[]): Map<string, string[]> =>
  new Map(rows.map(([role, scopes]) => [role as string, JSON.parse(scopes as string) as string[]]))
