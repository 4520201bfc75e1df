import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { failureSchema, pairsSchema, schemasFor, type Version } from './oneroster-schemas.ts'

/** An answer, and what was asked. */
export interface Heard {
  method: string
  /** With the query string. */
  url: string
  status: number
  headers: Headers
  text: string
}

/** Last name of a path -> envelope of its list, and of one object. */
const envelopes: Readonly<Record<string, readonly [many: string, one: string]>> = {
  academicSessions: ['academicSessions', 'academicSession'],
  gradingPeriods: ['academicSessions', 'academicSession'],
  terms: ['academicSessions', 'academicSession'],
  classes: ['classes', 'class'],
  courses: ['courses', 'course'],
  demographics: ['demographics', 'demographics'],
  enrollments: ['enrollments', 'enrollment'],
  orgs: ['orgs', 'org'],
  schools: ['orgs', 'org'],
  students: ['users', 'user'],
  teachers: ['users', 'user'],
  users: ['users', 'user'],
  resources: ['resources', 'resource'],
  categories: ['categories', 'category'],
  lineItems: ['lineItems', 'lineItem'],
  results: ['results', 'result'],
  scoreScales: ['scoreScales', 'scoreScale'],
  assessmentLineItems: ['assessmentLineItems', 'assessmentLineItem'],
  assessmentResults: ['assessmentResults', 'assessmentResult'],
}

/** Type of a reference -> the service of 1.2 that has its objects, and the collection that they are in. */
const homes: Readonly<Record<string, readonly [service: string, collection: string]>> = {
  org: ['rostering', 'orgs'],
  academicSession: ['rostering', 'academicSessions'],
  course: ['rostering', 'courses'],
  class: ['rostering', 'classes'],
  user: ['rostering', 'users'],
  resource: ['resources', 'resources'],
  category: ['gradebook', 'categories'],
  lineItem: ['gradebook', 'lineItems'],
  scoreScale: ['gradebook', 'scoreScales'],
  assessmentLineItem: ['gradebook', 'assessmentLineItems'],
}

const minors: Readonly<Record<number, readonly string[]>> = {
  400: ['invalid_filter_field', 'invalid_selection_field', 'invaliddata'],
  401: ['unauthorisedrequest'],
  403: ['forbidden'],
  404: ['unknownobject'],
  409: ['invaliddata'],
  422: ['invaliddata'],
  429: ['server_busy'],
  503: ['server_busy'],
}

/** Reads answers as the strictest consumer would; every fault is a sentence. */
export function strictReader(): (heard: Heard) => string[] {
  const ajv = new Ajv({ allErrors: true, strict: false })
  ;(addFormats as unknown as (ajv: Ajv) => void)(ajv)
  const known = new Map<string, ValidateFunction>()
  const faultsOf = (key: string, schema: () => object, value: unknown): string[] => {
    const validate = known.get(key) ?? ajv.compile(schema())
    known.set(key, validate)
    return validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message, params }) =>
          [key, instancePath, message, JSON.stringify(params)].join(' '),
        )
  }
  return (heard) => {
    const place = `${heard.method} ${heard.url} ${heard.status}`
    const faults = heard.status === 204 ? emptiness(heard) : readBody(heard, faultsOf)
    return faults.map((fault) => `${place}: ${fault} in ${heard.text.slice(0, 400)}`)
  }
}

type FaultsOf = (key: string, schema: () => object, value: unknown) => string[]

const emptiness = ({ text }: Heard) => (text === '' ? [] : ['a body where there is none'])

function readBody(heard: Heard, faultsOf: FaultsOf): string[] {
  const { method, status, headers, text } = heard
  if (method === 'PUT' && text === '') return []
  if (!/^application\/json(;|$)/.test(headers.get('content-type') ?? '')) return ['no JSON']
  const body = JSON.parse(text) as Record<string, unknown>
  // What is written twice, or with other spaces, does not come back as it was.
  const twice =
    JSON.stringify(body) === text ? [] : ['a key that is there twice, or text that is no plain JSON']
  if (status >= 400) return [...twice, ...failureFaults(body, status, faultsOf)]
  if (method === 'POST') return [...twice, ...faultsOf('sourcedIdPairs', () => pairsSchema, body)]
  return [...twice, ...envelopeFaults(heard, body, faultsOf)]
}

function failureFaults(body: object, status: number, faultsOf: FaultsOf): string[] {
  const faults = faultsOf('imsx', () => failureSchema, body)
  if (faults.length > 0 || status >= 500) return faults
  const minor = /"imsx_codeMinorFieldValue":"(\w+)"/.exec(JSON.stringify(body))?.[1] ?? ''
  return minors[status]?.includes(minor) ? [] : [`${minor} with ${status}`]
}

function envelopeFaults(
  { url, headers }: Heard,
  body: Record<string, unknown>,
  faultsOf: FaultsOf,
): string[] {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  const version: Version = pathname.includes('/v1p1') ? 'v1p1' : 'v1p2'
  const names = pathname.split('/').slice(pathname.includes('/v1p1') ? 4 : 5)
  const isOne = names.length % 2 === 0
  const envelope = envelopes[names.at(isOne ? -2 : -1) ?? '']
  if (!envelope) return ['a path that the standard does not know']
  const [many, one] = envelope
  const name = isOne ? one : many
  if (Object.keys(body).join() !== name) return [`an envelope ${Object.keys(body).join()} instead of ${name}`]
  const content = body[name]
  if (isOne === Array.isArray(content)) return ['a list instead of one, or one instead of a list']
  const objects = (isOne ? [content] : content) as Record<string, unknown>[]
  const selected = searchParams
    .get('fields')
    ?.split(',')
    .map((each) => each.trim())
  const key = `${version} ${one} ${selected?.join() ?? ''}`
  return [
    ...objects.flatMap((each) => faultsOf(key, () => selectFrom(version, one, selected), each)),
    ...objects.flatMap((each) => strayReferences(each, version)),
    ...objects.flatMap((each) => (version === 'v1p1' && one === 'user' ? missingAgents(each, selected) : [])),
    ...(isOne ? [] : pageFaults(objects, headers, Number(searchParams.get('limit') || 100), selected)),
  ]
}

/** With `fields`, only those may come, and of those the required ones must. */
function selectFrom(version: Version, one: string, selected: readonly string[] | undefined): object {
  const schema = schemasFor(version)[one] as { required: string[]; properties: Record<string, object> }
  if (!selected) return schema
  const properties = Object.entries(schema.properties).filter(([name]) => selected.includes(name))
  return {
    ...schema,
    required: schema.required.filter((name) => selected.includes(name)),
    properties: Object.fromEntries(properties),
  }
}

/** An href leads to the very object, in the service and the version that was asked. */
function strayReferences(value: unknown, version: Version): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => strayReferences(each, version))
  if (typeof value !== 'object' || value === null) return []
  const { href, sourcedId, type } = value as Record<string, unknown>
  if (typeof href !== 'string') return Object.values(value).flatMap((each) => strayReferences(each, version))
  const [service, collection] = homes[String(type)] ?? ['', '']
  const base = version === 'v1p1' ? '/ims/oneroster/v1p1' : `/ims/oneroster/${service}/v1p2`
  const wanted = `${base}/${collection}/${encodeURIComponent(String(sourcedId))}`
  return new URL(href).pathname === wanted ? [] : [`${href} instead of ${wanted}`]
}

/** Consumers of 1.1 read the agents of every student, none being an empty list. */
function missingAgents(value: Record<string, unknown>, selected: readonly string[] | undefined): string[] {
  return value.role === 'student' && !selected && !Array.isArray(value.agents)
    ? ['a student without agents']
    : []
}

function pageFaults(
  objects: readonly Record<string, unknown>[],
  headers: Headers,
  limit: number,
  selected: readonly string[] | undefined,
): string[] {
  const ids = objects.map(({ sourcedId }) => sourcedId)
  return [
    ...(objects.length > limit ? ['more rows than were asked for'] : []),
    ...(!selected && new Set(ids).size < ids.length ? ['an id that is there twice'] : []),
    ...(/^\d+$/.test(headers.get('x-total-count') ?? '') ? [] : ['no X-Total-Count']),
    ...(headers.get('link') ? [] : ['no Link']),
  ]
}
