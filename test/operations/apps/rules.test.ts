import t from 'tap'
import {
  faultsOf,
  riskOf,
  type Screening,
  screeningQuestions,
  stateAfter,
  type Terms,
} from '../../../src/operations/apps/rules.ts'

const today = '2026-11-23'
const harmless = Object.fromEntries(Object.keys(screeningQuestions).map((name) => [name, false])) as Screening
const app = { scopes: ['pupils:read', 'behaviour:read'], optionalScopes: ['behaviour:read'] }
const terms: Terms = {
  scopes: ['pupils:read'],
  purpose: 'x',
  lawfulBasis: 'public-task',
  retention: 'x',
  reviewOn: '2027-05-01',
  expiresOn: '2027-11-23',
  screening: harmless,
  safeguards: null,
  assessmentReference: null,
}
const paths = (change: Partial<Terms>) =>
  faultsOf({ ...terms, ...change }, app, today).map(({ path }) => path)

t.test('the screening tells the risk', async (t) => {
  t.equal(riskOf(harmless), 'low')
  t.equal(riskOf({ ...harmless, keepsDataOutsideUk: true }), 'medium')
  t.equal(riskOf({ ...harmless, showsAdvertising: true }), 'high', 'some answers are grave by themselves')
  const many = { keepsDataOutsideUk: true, hasSubProcessorsAbroad: true, isUsedByChildrenUnder13: true }
  t.equal(riskOf({ ...harmless, ...many, holdsSpecialCategoryData: true }), 'high', 'and so are many')
})

t.test('terms are approved when they are complete, and each fault is named', async (t) => {
  t.same(paths({}), [])
  t.same(paths({ expiresOn: '2027-11-24' }), ['/expiresOn'], 'twelve months and a day')
  t.same(paths({ expiresOn: today, reviewOn: today }), ['/expiresOn', '/reviewOn'])
  t.same(paths({ reviewOn: '2027-11-24' }), ['/reviewOn'])
  t.same(paths({ scopes: ['behaviour:read', 'pupils.sen:read'] }), ['/scopes/1', '/scopes'])
  t.same(paths({ screening: { ...harmless, keepsDataOutsideUk: true } }), ['/safeguards'])
  t.same(paths({ screening: { ...harmless, trainsModels: true }, safeguards: 'x' }), ['/assessmentReference'])
  t.same(
    paths({ screening: { ...harmless, trainsModels: true }, safeguards: 'x', assessmentReference: 'D1' }),
    [],
  )
})

t.test('an agreement goes its way, and no other', async (t) => {
  const draft = { state: 'draft', draftVersion: 1, versionInForce: null, isSubmitted: false } as const
  const submitted = { ...draft, state: 'in-review', isSubmitted: true } as const
  const open = { state: 'in-force', draftVersion: null, versionInForce: 1, isSubmitted: false } as const
  const widening = { ...open, draftVersion: 2 } as const
  t.equal(stateAfter('submitted', draft), 'in-review')
  t.type(stateAfter('approved', draft), 'object', 'nothing is approved unseen')
  t.equal(stateAfter('approved', submitted), 'in-force')
  t.equal(stateAfter('refused', submitted), 'draft')
  t.equal(stateAfter('submitted', widening), 'in-force', 'what is in force stays so meanwhile')
  t.equal(stateAfter('refused', { ...widening, isSubmitted: true }), 'in-force')
  t.equal(stateAfter('suspended', open), 'suspended')
  t.equal(stateAfter('resumed', { ...open, state: 'suspended' }), 'in-force')
  t.equal(stateAfter('ended', open), 'ended')
  t.equal(stateAfter('deletion-attested', { ...open, state: 'ended' }), 'ended')
  for (const act of ['resumed', 'approved', 'refused', 'submitted', 'deletion-attested'] as const)
    t.type(stateAfter(act, open), 'object', act)
  t.type(stateAfter('ended', { ...open, state: 'ended' }), 'object')
})
