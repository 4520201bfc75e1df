import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

interface Response {
  $ref?: string
  content?: Record<string, { schema: object }>
}

interface Contract {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>
  components: { responses: Record<string, Response> }
}

const escapePointer = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))

/** Holds answers against the published contract: status declared, media type declared, body as its schema says. */
export function contractChecker(contract: object) {
  const ajv = new Ajv({ strict: false, allErrors: true })
  ;(addFormats as unknown as (ajv: Ajv) => void)(ajv)
  ajv.addSchema(contract, 'contract')
  const { paths, components } = contract as Contract
  const patterns = Object.keys(paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
    literal: !path.includes('{'),
  }))
  const validators = new Map<string, ValidateFunction>()

  return (
    method: string,
    url: string,
    status: number,
    type: string | null,
    body: string,
  ): string | undefined => {
    const address = url.split('?')[0] ?? ''
    const found = patterns
      .filter(({ pattern }) => pattern.test(address))
      .sort((a, b) => Number(b.literal) - Number(a.literal))
    const path = found.map((each) => each.path).find((each) => paths[each]?.[method.toLowerCase()])
    if (path === undefined) return undefined
    const declared = paths[path]?.[method.toLowerCase()]?.responses[String(status)]
    const place = `${method} ${path} ${status}`
    if (!declared) return `${place} is not declared: ${body.slice(0, 300)}`
    const pointer = declared.$ref?.split('/').slice(1) ?? [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(status),
    ]
    const response = declared.$ref ? components.responses[pointer.at(-1) as string] : declared
    if (!response?.content) return body === '' ? undefined : `${place} declares no body`
    const media = type?.split(';')[0] ?? ''
    if (!response.content[media]) return `${place} does not declare ${media}`
    const schema = [...pointer, 'content', media, 'schema'].map(escapePointer).join('/')
    const validate = validators.get(place) ?? ajv.compile({ $ref: `contract#/${schema}` })
    validators.set(place, validate)
    return validate(/[/+]json$/.test(media) ? JSON.parse(body) : body)
      ? undefined
      : `${place}: ${ajv.errorsText(validate.errors)} in ${body.slice(0, 300)}`
  }
}
