import type { Caller, Said } from './caller.ts'

type Random = () => number

/** What the writers know to be there. */
interface Known {
  pupils: string[]
  groups: string[]
  memberships: string[]
  events: string[]
  contacts: string[]
  rooms: string[]
}

export interface Changing {
  known: Known
  /** Writes that were acknowledged. */
  acknowledged(): number
  end(): Promise<void>
}

/** A school for writers to change, made while nothing is killed. */
export async function makeChangingSchool(caller: Caller, size = 60): Promise<Known> {
  const year = (
    await caller.make('/academic-years', {
      name: '2026/27',
      startsOn: '2026-09-01',
      endsOn: '2027-08-31',
      cycleWeeks: 1,
      cycleStartsOn: '2026-08-31',
    })
  ).body.id
  const groups = await Promise.all(
    ['8A', '8B', '8C'].map(
      async (code) =>
        (await caller.make('/groups', { kind: 'teaching', code, name: code, academicYearId: year })).body.id,
    ),
  )
  const items = Array.from({ length: size }, (_, at) => pupil(at))
  const pupils = (await caller.make('/pupils/batch', { items })).body.ids
  return { pupils, groups, memberships: [], events: [], contacts: [], rooms: [] }
}

const pupil = (at: number | string) => ({
  admissionNumber: `A${at}`,
  legalGivenName: `Given${at}`,
  legalFamilyName: 'Family',
  yearGroup: 8,
  enrolledOn: '2026-09-01',
})

const any = { headers: { 'if-match': '*' } }

/** Writers of every kind of change, side by side, until they are told to end. */
export function startChanging(caller: Caller, known: Known, random: Random, writers = 4): Changing {
  let isOver = false
  let count = 0
  let serial = 0
  const write = async () => {
    while (!isOver) {
      const kinds = kindsOf(caller, known, random, () => `${++serial}${Math.floor(random() * 1e9)}`)
      const kind = kinds[Math.floor(random() * kinds.length)] as () => Promise<Said | undefined>
      const answer = await kind()
      if (answer && answer.status < 300) count++
    }
  }
  const done = Promise.all(Array.from({ length: writers }, write))
  return {
    known,
    acknowledged: () => count,
    async end() {
      isOver = true
      await done
    },
  }
}

function kindsOf(caller: Caller, known: Known, random: Random, serial: () => string) {
  const one = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? known.pupils[0]
  const make = async (list: string[], path: string, body: object) => {
    const answer = await caller.call('POST', path, { body })
    if (answer?.status === 201) list.push(answer.body.id)
    return answer
  }
  const take = (list: string[]) => list.splice(Math.floor(random() * list.length), 1)[0]
  const remove = async (list: string[], path: string) => {
    const id = take(list)
    return id === undefined ? undefined : caller.call('DELETE', `${path}/${id}`, any)
  }
  const change = (path: string, body: object) => caller.call('PATCH', path, { ...any, body })
  return [
    () => make(known.pupils, '/pupils', pupil(serial())),
    () => change(`/pupils/${one(known.pupils)}`, { preferredGivenName: `Name${serial()}` }),
    () =>
      change(`/pupils/${one(known.pupils)}`, {
        birthDate: '2014-02-28',
        yearGroup: 7 + Math.floor(random() * 5),
      }),
    () => caller.call('POST', `/pupils/${one(known.pupils)}/leave`, { body: { leftOn: '2026-11-01' } }),
    () => remove(known.pupils, '/pupils'),
    () =>
      make(known.memberships, '/memberships', {
        groupId: one(known.groups),
        pupilId: one(known.pupils),
        role: 'pupil',
        validFrom: `2026-09-${String(1 + Math.floor(random() * 28)).padStart(2, '0')}`,
      }),
    () => change(`/memberships/${one(known.memberships)}`, { validUntil: '2026-11-02' }),
    () => remove(known.memberships, '/memberships'),
    () =>
      make(known.events, '/behaviour-events', {
        pupilId: one(known.pupils),
        kind: 'achievement',
        type: 'Help',
        points: 1,
        occurredOn: '2026-10-01',
      }),
    () => remove(known.events, '/behaviour-events'),
    () => make(known.contacts, '/contacts', { legalGivenName: 'C', legalFamilyName: serial() }),
    () => change(`/contacts/${one(known.contacts)}`, { phone: '020 7946 0001' }),
    () =>
      caller.call('POST', '/pupil-contacts', {
        body: {
          pupilId: one(known.pupils),
          contactId: one(known.contacts),
          relationship: 'Parent',
          priority: 1,
          hasParentalResponsibility: true,
        },
      }),
    () => make(known.rooms, '/rooms', { code: `R${serial()}`, name: 'Room' }),
    () => remove(known.rooms, '/rooms'),
  ]
}
