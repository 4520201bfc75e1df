import t from 'tap'
import { isSensitive } from '../../../src/foundation/access/scopes.ts'
import { aliasesFor } from '../../../src/oauth/aliases.ts'
import {
  filledIn,
  grantedBy,
  type Preset,
  type PresetName,
  presetNames,
  presets,
} from '../../../src/operations/apps/presets.ts'
import { operations } from '../../../src/protocols/oneroster/operations.ts'
import { type OneRosterScope, oneRosterAliases, scopeName } from '../../../src/protocols/oneroster/scopes.ts'

const all: [PresetName, Preset][] = presetNames.map((name) => [name, presets[name]])
const none = { plus: [], minus: [] }
const versionOf = ({ version }: Preset) => (version === '1.1' ? 'v1p1' : 'v1p2')
const nameIn = (preset: Preset, scope: string) => scopeName(versionOf(preset), scope as OneRosterScope)

/** What each consumer reads, as its source or its maker's guide tells. */
const reads: Record<PresetName, string[]> = {
  moodle: [
    'getAllOrgs',
    'getOrg',
    'getAllUsers',
    'getTermsForSchool',
    'getClassesForSchool',
    'getEnrollmentsForSchool',
  ],
  google: ['getAllTeachers', 'getClassesForTeacher', 'getStudentsForClass', 'getGradingPeriodsForTerm'],
  sds: ['getAllAcademicSessions', 'getAllOrgs', 'getAllUsers', 'getAllClasses', 'getAllEnrollments'],
  canvas: [
    'getAllAcademicSessions',
    'getAllOrgs',
    'getAllCourses',
    'getAllUsers',
    'getAllClasses',
    'getAllEnrollments',
  ],
}

t.test('a preset grants what its consumer reads', async (t) => {
  for (const [name, preset] of all) {
    const granted: readonly string[] = grantedBy(preset, none)
    t.ok(
      preset.asks.every((scope) => oneRosterAliases.has(nameIn(preset, scope))),
      `${name} asks for scopes that there are`,
    )
    const token = aliasesFor(oneRosterAliases, granted)
    for (const operationId of reads[name]) {
      const operation = operations.find((each) => each.operationId === operationId)
      if (!operation) return t.fail(`there is no ${operationId}`)
      t.ok(operation.versions.includes(versionOf(preset)), `${operationId} is served in ${preset.version}`)
      t.ok(
        operation.resource.needs.some((scope) => granted.includes(scope)),
        `${name}: ${operationId} is granted`,
      )
      t.ok(
        operation.scopes.some(
          (scope) => preset.asks.includes(scope) && token.includes(nameIn(preset, scope)),
        ),
        `${name}: its token opens ${operationId}`,
      )
    }
  }
})

t.test('a preset grants no more about people than its consumer cannot do without', async (t) => {
  const aboutPeople = (preset: Preset) =>
    grantedBy(preset, none)
      .filter((scope) => /^(pupils|staff|contacts|assessment|behaviour|attendance)/.test(scope))
      .sort()
  t.same(Object.fromEntries(all.map(([name, preset]) => [name, aboutPeople(preset)])), {
    moodle: ['pupils:read', 'staff:read'],
    google: ['pupils.contacts:read', 'pupils:read', 'staff:read'],
    sds: ['pupils:read', 'staff:read'],
    canvas: ['assessment:read', 'assessment:write', 'pupils:read', 'staff:read'],
  })
  for (const [name, { scopes, extras }] of all) {
    const wanted = [...scopes, ...extras.map(({ scope }) => scope)]
    t.equal(new Set(wanted).size, wanted.length, `${name} names no scope twice`)
    for (const scope of wanted) {
      t.notOk(isSensitive(scope), `${name} never asks for ${scope}`)
      t.notMatch(scope, /identifiers|demographics|^behaviour|^attendance/, `${name}: ${scope}`)
      if (scope.endsWith(':write')) t.equal(scope, 'assessment:write', name)
    }
  }
})

t.test('extras are added and left out by name, and nothing else is', async (t) => {
  const { google, canvas } = presets
  t.ok(grantedBy(google, { plus: ['assessment:read'], minus: [] }).includes('assessment:read'))
  t.same(grantedBy(google, { plus: ['pupils.sen:read'], minus: ['pupils:read'] }), grantedBy(google, none))
  const without = grantedBy(canvas, { plus: [], minus: ['assessment:write', 'assessment:read'] })
  t.notOk(without.some((scope) => scope.startsWith('assessment')))
})

t.test('settings are filled in to the last one', async (t) => {
  const names = ['url', 'school', 'client', 'secret', 'scopes', 'encodedScopes']
  const values = Object.fromEntries(names.map((name) => [name, `<${name}>`]))
  for (const [name, { settings, notes }] of all) {
    const texts = [...settings.map(([, value]) => value), ...notes]
    for (const text of texts) t.notMatch(filledIn(text, values), /[{}]/, name)
    const written = texts.join(' ')
    t.ok(
      written.includes('{client}') && written.includes('{secret}') && written.includes('{url}/oauth/token'),
    )
  }
  t.equal(filledIn('{nobody} {url}', { url: 'x' }), '{nobody} x')
})
