import { sql } from 'drizzle-orm'
import t from 'tap'
import { addDays, lastDay } from '../../src/foundation/time/days.ts'
import { withholdPupils } from '../../src/operations/apps/withheld.ts'
import { asSystem } from '../support/people.ts'
import { all, type Row, SchoolYear } from '../support/school-year.ts'
import { serveTest, type TestSchool } from '../support/service.ts'
import { Vle } from '../support/vle.ts'

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
  const results = (await all(school, '/results')).filter(({ pupilId }) => present.has(pupilId))
  return {
    users: [...named('student', pupils), ...named('teacher', staff), ...named('guardian', contacts)].sort(),
    enrolled: memberships
      .map(
        ({ role, pupilId, staffId, groupId }) =>
          `${role === 'pupil' ? 'student' : 'teacher'} ${pupilId ?? staffId} ${groupId}`,
      )
      .sort(),
    agents: links.map(({ pupilId, contactId }) => `${pupilId} ${contactId}`).sort(),
    scores: results.map(({ id, pupilId, value }) => `${id} ${pupilId} ${value}`).sort(),
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
    const year = new SchoolYear(service, school, seed)
    year.turnTo('2026-09-01')
    await year.begin()
    const vles = [new Vle(service, school, 'v1p1', 25), new Vle(service, school, 'v1p2', 10_000)]
    const withheld: string[] = []
    const compare = async (what: string) => {
      const wanted = await expected(school, year.day, withheld)
      for (const vle of vles) {
        await vle.sync()
        const { scores, ...rest } = wanted
        t.same(held(vle, year.day), rest, `${year.day} ${what}`)
        if (vle.version === 'v1p2') t.same(vle.scores(), scores, `${year.day} ${what}: scores`)
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
      for (let events = 0; events < 2; events++) await year.assess()
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
