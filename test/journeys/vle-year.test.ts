import { sql } from 'drizzle-orm'
import t from 'tap'
import { addDays, lastDay } from '../../src/foundation/time/days.ts'
import { withholdPupils } from '../../src/operations/apps/withheld.ts'
import { asSystem } from '../support/people.ts'
import { randomFrom } from '../support/random.ts'
import { serveTest, type TestSchool, type TestService } from '../support/service.ts'
import { Vle } from '../support/vle.ts'

// biome-ignore lint/suspicious/noExplicitAny: rows of the school's own API
type Row = Record<string, any>

const any = { headers: { 'if-match': '*' } }

/** A school that lives through a year, day by day. */
class Year {
  readonly #service: TestService
  readonly #school: TestSchool
  readonly #random: () => number
  day = '2026-09-01'
  #serial = 0
  #classes: string[] = []
  #yearId = ''

  constructor(service: TestService, school: TestSchool, seed: number) {
    this.#service = service
    this.#school = school
    this.#random = randomFrom(seed)
  }

  async #made(path: string, body: object): Promise<string> {
    return (await this.#school.post(path, body)).body.id
  }

  #one<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T
  }

  async begin(): Promise<void> {
    await this.#academicYear(2026)
    await this.#newClasses('2026-09-01')
    for (let at = 0; at < 24; at++) await this.join()
  }

  turnTo(day: string): void {
    this.day = day
    this.#service.clock.set(`${day}T09:00:00.000Z`)
  }

  async #academicYear(year: number): Promise<void> {
    const name = `${year}/${year + 1}`
    const days = { startsOn: `${year}-09-01`, endsOn: `${year + 1}-08-31` }
    this.#yearId = await this.#made('/academic-years', {
      name,
      ...days,
      cycleWeeks: 1,
      cycleStartsOn: `${year}-08-31`,
    })
    await this.#term('Autumn', `${year}-09-03`, `${year}-12-18`)
    await this.#term('Spring', `${year + 1}-01-05`, `${year + 1}-03-26`)
  }

  async #term(name: string, startsOn: string, endsOn: string): Promise<void> {
    await this.#made('/terms', { academicYearId: this.#yearId, name, startsOn, endsOn })
  }

  async #newClasses(validFrom: string): Promise<void> {
    const kinds = ['registration', 'teaching', 'teaching']
    this.#classes = await Promise.all(
      kinds.map(async (kind, at) => {
        const id = await this.#made('/groups', {
          kind,
          code: `C${at}`,
          name: `Class ${at} ${validFrom}`,
          academicYearId: this.#yearId,
        })
        const staffId = await this.#made('/staff', {
          ...this.#person(),
          code: `S${++this.#serial}`,
          role: 'Teacher',
        })
        await this.#made('/memberships', {
          groupId: id,
          staffId,
          role: kind === 'registration' ? 'tutor' : 'teacher',
          validFrom,
        })
        return id
      }),
    )
  }

  #person() {
    return { legalGivenName: `Given${++this.#serial}`, legalFamilyName: `Family${this.#serial}` }
  }

  async pupils(): Promise<Row[]> {
    return (await all(this.#school, '/pupils')).filter(({ leftOn }) => leftOn === null || leftOn > this.day)
  }

  async join(): Promise<void> {
    const pupilId = await this.#made('/pupils', {
      ...this.#person(),
      admissionNumber: `A${this.#serial}`,
      yearGroup: 8,
      enrolledOn: this.day,
    })
    const contactId = await this.#made('/contacts', this.#person())
    const link = { pupilId, contactId, relationship: 'Parent', priority: 1, hasParentalResponsibility: true }
    await this.#made('/pupil-contacts', link)
    for (const groupId of [this.#classes[0], this.#one(this.#classes.slice(1))])
      await this.#made('/memberships', { groupId, pupilId, role: 'pupil', validFrom: this.day })
  }

  /** Of a day that is past, is today or is still to come. */
  async leave(): Promise<void> {
    const { id, enrolledOn } = this.#one(await this.pupils())
    const leftOn = addDays(this.day, this.#one([-3, 0, 10]))
    if (leftOn > enrolledOn) await this.#school.call('POST', `/pupils/${id}/leave`, { body: { leftOn } })
  }

  async changeSet(): Promise<void> {
    const memberships = (await all(this.#school, '/memberships')).filter(
      ({ pupilId, validFrom, validUntil }) => pupilId && validUntil === null && validFrom < this.day,
    )
    if (memberships.length === 0) return
    const { id, pupilId, groupId } = this.#one(memberships)
    const from = addDays(this.day, this.#one([0, 5]))
    await this.#school.call('PATCH', `/memberships/${id}`, { ...any, body: { validUntil: from } })
    const other = this.#one(this.#classes.filter((each) => each !== groupId))
    await this.#school.call('POST', '/memberships', {
      body: { groupId: other, pupilId, role: 'pupil', validFrom: from },
    })
  }

  async removeMembership(): Promise<void> {
    const { id } = this.#one(await all(this.#school, '/memberships'))
    await this.#school.call('DELETE', `/memberships/${id}`, any)
  }

  async rename(): Promise<void> {
    const { id } = this.#one(await this.pupils())
    await this.#school.call('PATCH', `/pupils/${id}`, {
      ...any,
      body: { legalFamilyName: `New${++this.#serial}` },
    })
  }

  async changeLink(): Promise<void> {
    const { id } = this.#one(await all(this.#school, '/pupil-contacts'))
    const change = this.#one([
      { isCourtOrderRestricted: true },
      { isCourtOrderRestricted: false },
      { hasParentalResponsibility: false },
    ])
    await this.#school.call('PATCH', `/pupil-contacts/${id}`, { ...any, body: change })
  }

  async removeLink(): Promise<void> {
    const { id } = this.#one(await all(this.#school, '/pupil-contacts'))
    await this.#school.call('DELETE', `/pupil-contacts/${id}`, any)
  }

  async staffLeaves(): Promise<void> {
    const { id } = this.#one(await all(this.#school, '/staff'))
    await this.#school.call('PATCH', `/staff/${id}`, {
      ...any,
      body: { employedUntil: addDays(this.day, this.#one([0, 20])) },
    })
  }

  async addTerm(): Promise<void> {
    await this.#term('Summer', '2027-04-12', '2027-07-20')
  }

  /** In July: next year's classes, into which everybody goes on its first day; this year's end. */
  async rollOver(): Promise<void> {
    await this.#academicYear(2027)
    for (const { id, validUntil } of await all(this.#school, '/memberships'))
      if (validUntil === null)
        await this.#school.call('PATCH', `/memberships/${id}`, { ...any, body: { validUntil: '2027-08-31' } })
    await this.#newClasses('2027-09-01')
    const items = (await this.pupils()).map(({ id }) => ({
      groupId: this.#one(this.#classes),
      pupilId: id,
      role: 'pupil',
      validFrom: '2027-09-01',
    }))
    await this.#school.post('/memberships/batch', { items })
  }

  async happen(): Promise<void> {
    const kinds = [
      () => this.join(),
      () => this.leave(),
      () => this.changeSet(),
      () => this.changeSet(),
      () => this.removeMembership(),
      () => this.rename(),
      () => this.changeLink(),
      () => this.removeLink(),
      () => this.staffLeaves(),
    ]
    await this.#one(kinds)()
  }
}

/** Every row of a list of the school's own API. */
async function all(school: TestSchool, path: string): Promise<Row[]> {
  const rows: Row[] = []
  for (let after = ''; ; ) {
    const { data, next } = (await school.get(`${path}?limit=100${after}`)).body
    rows.push(...data)
    if (next === null) return rows
    after = `&after=${next}`
  }
}

/** What a VLE must hold on a day, from the school's own API and the rules of its domain. */
async function expected(school: TestSchool, day: string, withheld: readonly string[]) {
  const isLeft = (until: string | null) => (until ?? lastDay) <= day
  const pupils = (await all(school, '/pupils')).filter(
    ({ id, leftOn }) => !isLeft(leftOn) && !withheld.includes(id),
  )
  const staff = (await all(school, '/staff')).filter(({ employedUntil }) => !isLeft(employedUntil))
  const present = new Set([...pupils, ...staff].map(({ id }) => id))
  const links = (await all(school, '/pupil-contacts')).filter(
    (link) => link.hasParentalResponsibility && !link.isCourtOrderRestricted && present.has(link.pupilId),
  )
  const contacts = (await all(school, '/contacts')).filter(({ id }) =>
    links.some(({ contactId }) => contactId === id),
  )
  const named = (role: string, rows: Row[]) =>
    rows.map(
      ({ id, legalGivenName, legalFamilyName }) => `${role} ${legalGivenName} ${legalFamilyName} ${id}`,
    )
  const memberships = (await all(school, '/memberships')).filter(
    ({ validFrom, validUntil, pupilId, staffId }) =>
      validFrom <= day && !isLeft(validUntil) && present.has(pupilId ?? staffId),
  )
  const terms = await all(school, '/terms')
  return {
    users: [...named('student', pupils), ...named('teacher', staff), ...named('guardian', contacts)].sort(),
    enrolled: memberships
      .map(
        ({ role, pupilId, staffId, groupId }) =>
          `${role === 'pupil' ? 'student' : 'teacher'} ${pupilId ?? staffId} ${groupId}`,
      )
      .sort(),
    agents: links.map(({ pupilId, contactId }) => `${pupilId} ${contactId}`).sort(),
    classes: (await all(school, '/groups'))
      .map(({ name, academicYearId }) =>
        [
          name,
          ...terms
            .filter((term) => term.academicYearId === academicYearId)
            .sort((a, b) => (a.startsOn < b.startsOn ? -1 : 1))
            .map((term) => term.name),
        ].join(' '),
      )
      .sort(),
  }
}

/** What an app may see is known to the server within a moment of the school's decision. */
async function seen(school: TestSchool, pupilId: string, isSeen: boolean): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const { status } = await school.call('GET', `/pupils/${pupilId}`)
    if ((status === 200) === isSeen) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`${pupilId} is ${isSeen ? 'not ' : ''}seen`)
}

const held = (vle: Vle, day: string) => ({
  users: vle.users(),
  enrolled: vle.enrolled(day),
  agents: vle.agents(),
  classes: vle.classes(),
})

t.test(
  'a VLE that reads deltas stays equal to the school for a year, in both versions',
  { timeout: 200_000 },
  async (t) => {
    const seed = Number(process.env.VLE_SEED ?? 1)
    t.comment(`seed ${seed}`)
    const service = await serveTest(t)
    const school = await service.school()
    const year = new Year(service, school, seed)
    year.turnTo('2026-09-01')
    await year.begin()
    const vles = [new Vle(service, school, 'v1p1', 25), new Vle(service, school, 'v1p2', 10_000)]
    const withheld: string[] = []
    const compare = async (what: string) => {
      const wanted = await expected(school, year.day, withheld)
      for (const vle of vles) {
        await vle.sync()
        t.same(held(vle, year.day), wanted, `${year.day} ${what}`)
      }
    }
    await compare('at the beginning')
    const withhold = async (pupilIds: string[]) => {
      const [before] = withheld
      await asSystem(service, school, async (tx) => {
        const [agreement] = await tx.sql<{ id: string }>(
          sql`select id from agreements where school_id = ${school.id} and app_id = ${school.clientId}`,
        )
        await withholdPupils(
          tx,
          agreement?.id as string,
          pupilIds.map((pupilId) => ({ pupilId, reason: 'Asked.' })),
        )
      })
      withheld.splice(0, withheld.length, ...pupilIds)
      await seen(school, pupilIds[0] ?? (before as string), pupilIds.length === 0)
    }
    for (let week = 1; week <= 54; week++) {
      year.turnTo(addDays('2026-09-01', week * 7))
      for (let events = 0; events < 4; events++) await year.happen()
      if (week === 15) await withhold([(await year.pupils())[3]?.id])
      if (week === 25) await withhold([])
      if (week === 20) await year.addTerm()
      if (week === 45) await year.rollOver()
      await compare(`week ${week}`)
    }
    t.ok(
      vles.every(({ deltas }) => deltas > 500),
      'by deltas',
    )
  },
)
