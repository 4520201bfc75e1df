import type { BenchSchool } from './school.ts'

export interface BenchRequest {
  method: 'GET' | 'PUT' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: string
}

/** An operation that is measured: what each connection sends in turn. Writes alternate, so that each one changes every row. */
export interface Operation {
  name: string
  /** Connections at work. */
  connections: number
  /** Whether a bare Fastify + pg route stands beside it. */
  hasPlain: boolean
  /** Whether a person's token is used: the teacher's. */
  isPerson?: boolean
  requests(school: BenchSchool, connection: number): BenchRequest[]
}

const json = { 'content-type': 'application/json', 'if-match': '*' }

function register({ registerId, pupils }: { registerId: string; pupils: string[] }): BenchRequest[] {
  return ['/', 'N'].map((code) => ({
    method: 'PUT',
    path: `/v1/registers/${registerId}/marks`,
    headers: json,
    body: JSON.stringify({ marks: pupils.map((pupilId) => ({ pupilId, code })), reason: 'bench' }),
  }))
}

function results({ pupils, aspectId, resultSetId }: BenchSchool, connection: number): BenchRequest[] {
  const own = pupils.slice(connection * 500, connection * 500 + 500)
  return ['10', '20'].map((value) => ({
    method: 'POST',
    path: '/v1/results/batch',
    headers: json,
    body: JSON.stringify({
      items: own.map((pupilId) => ({ pupilId, aspectId, resultSetId, type: 'R', value })),
    }),
  }))
}

export const wholeYear = 'from=2026-09-01&until=2027-09-01'

type Form = { registerId: string; pupils: string[] }

export const operations: readonly Operation[] = [
  {
    name: 'one pupil by id',
    connections: 8,
    hasPlain: true,
    requests: ({ pupils }, at) => [{ method: 'GET', path: `/v1/pupils/${pupils[at]}` }],
  },
  {
    name: 'list of 100 pupils',
    connections: 8,
    hasPlain: true,
    requests: () => [{ method: 'GET', path: '/v1/pupils?limit=100' }],
  },
  {
    name: 'register of 30 marks',
    connections: 8,
    hasPlain: false,
    requests: ({ forms }, at) => register(forms[at] as Form),
  },
  {
    name: 'session of 1,000 marks',
    connections: 2,
    hasPlain: false,
    requests: ({ whole }, at) => register(whole[at] as Form),
  },
  {
    name: "year's table of 1,000 pupils (counters)",
    connections: 2,
    hasPlain: false,
    requests: () => [{ method: 'GET', path: '/v1/attendance-summaries?limit=1000' }],
  },
  {
    name: "year's table of 1,000 pupils (every mark, by year group)",
    connections: 2,
    hasPlain: false,
    requests: () => [{ method: 'GET', path: `/v1/attendance-statistics?${wholeYear}&by=yearGroup` }],
  },
  {
    name: 'persistent absentees of a school',
    connections: 2,
    hasPlain: false,
    requests: () => [
      { method: 'GET', path: '/v1/work-lists/attendance-thresholds?threshold=persistent-absence' },
    ],
  },
  {
    name: "one pupil's year",
    connections: 8,
    hasPlain: false,
    requests: ({ pupils }, at) => [{ method: 'GET', path: `/v1/marks?pupilId=${pupils[at]}&${wholeYear}` }],
  },
  {
    name: "a teacher's day",
    connections: 8,
    hasPlain: false,
    requests: ({ teacher }) => [{ method: 'GET', path: `/v1/lessons?from=2026-11-23&staffId=${teacher}` }],
  },
  {
    name: 'now, for a teacher in a lesson',
    connections: 8,
    hasPlain: false,
    isPerson: true,
    requests: () => [{ method: 'GET', path: '/v1/now?at=2026-11-23T10:30:00Z' }],
  },
  {
    name: 'marksheet of 30 x 12 read',
    connections: 4,
    hasPlain: false,
    requests: ({ marksheet, set }) => [
      { method: 'GET', path: `/v1/marksheet-templates/${marksheet.templateId}/grid?groupId=${set}` },
    ],
  },
  {
    name: 'marksheet of 30 x 12 written',
    connections: 1,
    hasPlain: false,
    requests: ({ marksheet, set, pupils }) =>
      ['10', '20'].map((value) => ({
        method: 'POST' as const,
        path: `/v1/marksheet-templates/${marksheet.templateId}/grid?groupId=${set}`,
        headers: json,
        body: JSON.stringify({
          cells: pupils
            .slice(0, 30)
            .flatMap((pupilId) => marksheet.aspects.map((_, at) => ({ pupilId, column: `c${at}`, value }))),
        }),
      })),
  },
  {
    name: 'progress of a group of 30',
    connections: 4,
    hasPlain: false,
    requests: ({ marksheet, set }) => [
      {
        method: 'GET',
        path: `/v1/assessment-analysis/progress?aspectId=${marksheet.aspects[0]}&groupId=${set}`,
      },
    ],
  },
  { name: 'results batch of 500', connections: 2, hasPlain: false, requests: results },
]
