import { type OneRosterScope, scopeName, type Version } from '../../src/protocols/oneroster/scopes.ts'
import type { TestSchool, TestService } from './service.ts'
import { strictReader } from './strict-oneroster.ts'

// biome-ignore lint/suspicious/noExplicitAny: a client reads whatever the standard says is there
type Row = Record<string, any>

const roster = ['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments'] as const
/** What is assessed, whatever the class: 1.2 alone has it. */
const assessed = ['assessmentLineItems', 'assessmentResults'] as const
const collections = [...roster, ...assessed]
type Collection = (typeof collections)[number]
const isAssessed = (name: Collection) => assessed.some((each) => each === name)

/** The day that an enrolment is for: from its beginning until before its end. */
const isOn = ({ beginDate = '', endDate = '9999' }: Row, day: string) => beginDate <= day && day < endDate

/**
 * A client of OneRoster as VLEs are written: it reads everything once, stops at a short page, then asks for what was
 * modified since the newest date that it has seen, and trusts `tobedeleted` and `endDate`. It knows nothing else of the school.
 */
export class Vle {
  readonly #service: TestService
  readonly #school: TestSchool
  readonly version: Version
  readonly #pageSize: number
  readonly #seen = new Map<Collection, string>()
  readonly #rows = new Map<Collection, Map<string, Row>>(collections.map((name) => [name, new Map()]))
  /** Objects that deltas brought. */
  deltas = 0

  constructor(service: TestService, school: TestSchool, version: Version, pageSize: number) {
    this.#service = service
    this.#school = school
    this.version = version
    this.#pageSize = pageSize
  }

  async sync(): Promise<void> {
    for (const name of this.version === 'v1p2' ? collections : roster) await this.#syncOne(name)
  }

  async #syncOne(name: Collection): Promise<void> {
    const since = this.#seen.get(name)
    const filter = since === undefined ? '' : `&filter=${encodeURIComponent(`dateLastModified>='${since}'`)}`
    const rows = this.#rows.get(name) as Map<string, Row>
    for (let offset = 0; ; offset += this.#pageSize) {
      const page = await this.#page(name, `limit=${this.#pageSize}&offset=${offset}${filter}`)
      for (const row of page) this.#take(name, rows, row)
      if (since !== undefined) this.deltas += page.length
      if (page.length < this.#pageSize) return
    }
  }

  #take(name: Collection, rows: Map<string, Row>, row: Row): void {
    if (row.dateLastModified > (this.#seen.get(name) ?? '')) this.#seen.set(name, row.dateLastModified)
    if (row.status === 'tobedeleted') rows.delete(row.sourcedId)
    else rows.set(row.sourcedId, row)
  }

  async #page(name: Collection, query: string): Promise<Row[]> {
    const options = isAssessed(name)
      ? ({ service: 'gradebook', scopes: ['assessment.readonly'] } as const)
      : {}
    const path = `/${name}?${query}`
    const answer = await askOneRoster(this.#service, this.#school, this.version, path, options)
    if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body[name]
  }

  #all(name: Collection): Row[] {
    return [...(this.#rows.get(name) as Map<string, Row>).values()]
  }

  /** Who may sign in, and as what. */
  users(): string[] {
    return this.#all('users')
      .filter(({ enabledUser }) => enabledUser === 'true')
      .map(({ sourcedId, role, roles, givenName, familyName }) =>
        [role ?? roles[0].role, givenName, familyName, sourcedId].join(' '),
      )
      .sort()
  }

  /** Who is in which class on a day, as users that it has and classes that it has. */
  enrolled(day: string): string[] {
    const [users, classes] = [this.#rows.get('users'), this.#rows.get('classes')]
    return this.#all('enrollments')
      .filter((row) => isOn(row, day) && users?.has(row.user.sourcedId) && classes?.has(row.class.sourcedId))
      .map((row) => [row.role, row.user.sourcedId, row.class.sourcedId].join(' '))
      .sort()
  }

  /** Which guardian belongs to which child. */
  agents(): string[] {
    const users = this.#rows.get('users')
    return this.#all('users')
      .filter(({ role, roles }) => (role ?? roles[0].role) === 'student')
      .flatMap(({ sourcedId, agents }) =>
        agents
          .filter((agent: Row) => users?.has(agent.sourcedId))
          .map((agent: Row) => `${sourcedId} ${agent.sourcedId}`),
      )
      .sort()
  }

  /** Scores of the users whom it has, under the line items that it has. */
  scores(): string[] {
    const [users, items] = [this.#rows.get('users'), this.#rows.get('assessmentLineItems')]
    return this.#all('assessmentResults')
      .filter((row) => users?.has(row.student.sourcedId) && items?.has(row.assessmentLineItem.sourcedId))
      .map((row) => [row.sourcedId, row.student.sourcedId, row.score].join(' '))
      .sort()
  }

  /** Titles of classes with those of the sessions that they name. */
  classes(): string[] {
    const sessions = this.#rows.get('academicSessions')
    return this.#all('classes')
      .map(({ title, terms }) =>
        [title, ...terms.map(({ sourcedId }: Row) => sessions?.get(sourcedId)?.title)].join(' '),
      )
      .sort()
  }
}

export const rosterScopes: readonly OneRosterScope[] = ['roster.readonly', 'roster-demographics.readonly']

const read = strictReader()

/** Calls the rostering service of a version (or another, by `service`) with a token of its scopes. */
export async function askOneRoster(
  { publicUrl }: TestService,
  school: Pick<TestSchool, 'token'>,
  version: Version,
  path: string,
  {
    scopes = rosterScopes,
    service = 'rostering',
    ...init
  }: RequestInit & { scopes?: readonly OneRosterScope[]; service?: string } = {},
) {
  const base = version === 'v1p1' ? '/ims/oneroster/v1p1' : `/ims/oneroster/${service}/v1p2`
  const token = await school.token(scopes.map((scope) => scopeName(version, scope)))
  const response = await fetch(`${publicUrl}${base}${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${token}`,
      ...(init.body ? { 'content-type': 'application/json' } : {}),
    },
  })
  const text = await response.text()
  const { status, headers } = response
  const faults = read({ method: init.method ?? 'GET', url: `${base}${path}`, status, headers, text })
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return {
    status,
    headers,
    text,
    body: text === '' ? undefined : JSON.parse(text),
  }
}
