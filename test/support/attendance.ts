import type { Answer, TestSchool } from './service.ts'

export interface SentMark {
  pupilId: string
  code?: string
  arrivedAt?: string
  minutesLate?: number | null
  comment?: string | null
}

/** Registers of a test school, as an app works with them. */
export function registersOf(school: TestSchool) {
  const open = async (groupId: string, date: string, session = 'AM'): Promise<string> =>
    (await school.post('/registers', { groupId, date, session })).body.id
  const put = (id: string, marks: readonly SentMark[], more: object = {}, etag = '*'): Promise<Answer> =>
    school.call('PUT', `/registers/${id}/marks`, {
      body: { marks, ...more },
      headers: { 'if-match': etag },
    })
  /** Opens and takes a register; everybody has the same code but for the exceptions. */
  const take = async (
    groupId: string,
    date: string,
    session: 'AM' | 'PM',
    pupils: readonly string[],
    exceptions: Record<string, string> = {},
  ): Promise<string> => {
    const id = await open(groupId, date, session)
    const present = session === 'AM' ? '/' : '\\'
    const marks = pupils.map((pupilId) => ({ pupilId, code: exceptions[pupilId] ?? present }))
    const { status, text } = await put(id, marks, date < '2026-11-23' ? { reason: 'test' } : {})
    if (status !== 200) throw new Error(text)
    return id
  }
  const codesOf = async (id: string, query = ''): Promise<Record<string, string | null>> => {
    const { data } = (await school.get(`/registers/${id}/marks${query}`)).body
    return Object.fromEntries(
      data.map((mark: { pupilId: string; code: string }) => [mark.pupilId, mark.code]),
    )
  }
  return { open, put, take, codesOf }
}

/** The school opens its registers at 08:40 and 13:55 for thirty minutes. */
export async function setOpeningTimes(school: TestSchool, more: object = {}): Promise<void> {
  const { status, text } = await school.call('PUT', '/attendance-settings', {
    body: {
      openMinutes: 30,
      opensAt: [1, 2, 3, 4, 5].flatMap((weekday) => [
        { weekday, session: 'AM', opensAt: '08:40' },
        { weekday, session: 'PM', opensAt: '13:55' },
      ]),
      exceptions: [],
      derivesFrom: 'nothing',
      ...more,
    },
    headers: { 'if-match': '*' },
  })
  if (status !== 200) throw new Error(text)
}
