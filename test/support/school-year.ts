import { addDays } from '../../src/foundation/time/days.ts'
import { randomFrom } from './random.ts'
import type { TestSchool, TestService } from './service.ts'

// biome-ignore lint/suspicious/noExplicitAny: rows of the school's own API
export type Row = Record<string, any>

const any = { headers: { 'if-match': '*' } }

/** A school that lives through a year, day by day. */
export class SchoolYear {
  readonly #service: TestService
  readonly #school: TestSchool
  readonly #random: () => number
  day = '2026-09-01'
  #serial = 0
  #classes: string[] = []
  #aspects: string[] = []
  #resultSet = ''
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
    const set = { code: 'YEAR', name: 'Year', opensOn: '2026-09-01', closesOn: '2027-12-31' }
    this.#resultSet = await this.#made('/result-sets', set)
    for (const code of ['A', 'B', 'C', 'D', 'E', 'F'])
      this.#aspects.push(await this.#made('/aspects', { code, name: `Test ${code}`, type: 'integer' }))
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

  async record(): Promise<void> {
    const [{ id: pupilId }, aspectId] = [this.#one(await this.pupils()), this.#one(this.#aspects)]
    const value = String(Math.floor(this.#random() * 100))
    const items = [{ pupilId, aspectId, resultSetId: this.#resultSet, type: 'R', value }]
    await this.#school.call('POST', '/results/batch', { body: { items } })
  }

  async removeResult(): Promise<void> {
    const results = await all(this.#school, '/results')
    if (results.length > 0) await this.#school.call('DELETE', `/results/${this.#one(results).id}`, any)
  }

  /** Results come and go beside everything else. */
  async assess(): Promise<void> {
    await this.#one([() => this.record(), () => this.record(), () => this.removeResult()])()
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
export async function all(school: TestSchool, path: string): Promise<Row[]> {
  const rows: Row[] = []
  for (let after = ''; ; ) {
    const { data, next } = (await school.get(`${path}?limit=100${after}`)).body
    rows.push(...data)
    if (next === null) return rows
    after = `&after=${next}`
  }
}
