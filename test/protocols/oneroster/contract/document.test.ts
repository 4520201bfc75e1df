import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import t from 'tap'
import { oneRosterContract } from '../../../../src/protocols/oneroster/contract/document.ts'
import { scopeFor } from '../../../support/oneroster-client.ts'
import { serviceOf, standardOperations } from '../../../support/oneroster-operations.ts'
import { schemasFor } from '../../../support/oneroster-schemas.ts'

interface Schema {
  $ref?: string
  type?: string
  enum?: string[]
  required?: string[]
  properties?: Record<string, Schema>
  items?: Schema
  description?: string
}

interface Described {
  operationId: string
  security: { oauth: string[] }[]
  parameters: { $ref?: string; name?: string }[]
  responses: Record<string, { $ref?: string; headers?: object; content?: Record<string, { schema: Schema }> }>
}

interface Contract {
  paths: Record<string, Record<string, Described>>
  components: Record<'schemas' | 'parameters' | 'responses' | 'headers', Record<string, Schema>>
}

const versions = ['v1p1', 'v1p2'] as const
const contractOf = (version: 'v1p1' | 'v1p2') =>
  JSON.parse(JSON.stringify(oneRosterContract(version, 'http://localhost:3000'))) as Contract
const served = standardOperations.filter((each) => serviceOf(each) !== 'gradebook')

for (const version of versions)
  t.test(`the contract of ${version}`, async (t) => {
    const contract = contractOf(version)
    const { schemas } = contract.components

    await t.test(
      'has every operation of the standard under its path, method, scopes and envelope',
      async (t) => {
        const wanted = served.filter((each) => each.versions.includes(version))
        for (const each of wanted) {
          const path = version === 'v1p1' ? each.path : `/${serviceOf(each)}/v1p2${each.path}`
          const found = contract.paths[path]?.[each.method.toLowerCase()]
          t.equal(found?.operationId, each.operationId, path)
          t.same(
            found?.security.map(({ oauth }) => oauth.join()).sort(),
            each.scopes.map((scope) => scopeFor(version, scope)).sort(),
            each.operationId,
          )
          const body = found?.responses[200]?.content?.['application/json']?.schema
          t.same(Object.keys(body?.properties ?? {}), [each.envelope], each.operationId)
          const isList = body?.properties?.[each.envelope ?? '']?.type === 'array'
          const named = (found?.parameters ?? []).map(
            ({ $ref = '', name = '' }) => $ref.split('/').at(-1) || name,
          )
          for (const name of isList ? ['limit', 'offset', 'orderBy'] : []) t.ok(named.includes(name), name)
          for (const end of isList ? ['Sort', 'Filter', 'Fields'] : ['Fields'])
            t.ok(
              named.some((name) => name.endsWith(end)),
              `${each.operationId} ${end}`,
            )
          t.same(Object.keys(found?.responses[200]?.headers ?? {}), isList ? ['X-Total-Count', 'Link'] : [])
          for (const status of ['400', '401', '403', '404', '429', '500'])
            t.ok(found?.responses[status], `${each.operationId} ${status}`)
        }
      },
    )

    await t.test(
      'promises no less than the standard demands, and nothing that it does not know',
      async (t) => {
        for (const [name, standard] of Object.entries(schemasFor(version)) as [string, Schema][]) {
          const own = schemas[`${name[0]?.toUpperCase()}${name.slice(1)}`]
          if (!own) continue
          t.same(
            (standard.required ?? []).filter((each) => !own.required?.includes(each)),
            [],
            `${name} has what is required`,
          )
          for (const each of Object.keys(own.properties ?? {}))
            t.ok(standard.properties?.[each], `${name}.${each} is known`)
        }
        for (const name of [
          'AcademicSession',
          'Class',
          'Course',
          'Demographics',
          'Enrollment',
          'Org',
          'User',
          'Resource',
        ])
          t.ok(schemas[name], name)
      },
    )

    await t.test('describes every property', async (t) => {
      const silent: string[] = []
      const visit = (schema: Schema, place: string) => {
        for (const [name, each] of Object.entries(schema.properties ?? {})) {
          if (!each.description && !each.$ref) silent.push(`${place}.${name}`)
          visit(each, `${place}.${name}`)
        }
        if (schema.items) visit(schema.items, `${place}[]`)
      }
      for (const [name, schema] of Object.entries(schemas)) visit(schema, name)
      t.same(silent, [])
    })

    await t.test('has schemas that validators take', async (t) => {
      const ajv = new Ajv({ strict: false })
      ;(addFormats as unknown as (ajv: Ajv) => void)(ajv)
      ajv.addSchema(contract, 'contract')
      for (const name of Object.keys(schemas))
        t.type(ajv.compile({ $ref: `contract#/components/schemas/${name}` }), 'function')
    })
  })
