import t from 'tap'
import {
  faultsOf,
  riskOf,
  type Screening,
  screeningQuestions,
  stateAfter,
  stateOn,
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

t.test('terms that lack something are never approved, nor fail to be judged', async (t) => {
  const nameless = { purpose: null, lawfulBasis: null, retention: null, reviewOn: null, screening: null }
  const faults = faultsOf({ ...terms, ...nameless }, app, today).map(({ path }) => path)
  t.same(faults, ['/purpose', '/lawfulBasis', '/retention', '/reviewOn', '/screening'])
  t.ok(faultsOf({}, app, today).some(({ path }) => path === '/scopes'))
  const { trainsModels, ...unanswered } = harmless
  const screening = unanswered as Screening
  t.same(paths({ screening }), ['/screening'], 'a question that was added since is asked again')
})

t.test('an agreement goes its way, and no other', async (t) => {
  const nothing = { draftVersion: null, versionInForce: null, isSubmitted: false, isExpired: false }
  const draft = { ...nothing, state: 'draft', draftVersion: 1 } as const
  const submitted = { ...draft, state: 'in-review', isSubmitted: true } as const
  const open = { ...nothing, state: 'in-force', versionInForce: 1 } as const
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
  t.equal(stateAfter('approved', { ...widening, state: 'suspended', isSubmitted: true }), 'suspended')
  t.equal(stateAfter('deletion-attested', { ...open, isExpired: true }), 'ended', 'nobody need end it first')
})

t.test('what has ended stays so, even with a version that was handed in before', async (t) => {
  const ended = {
    state: 'ended',
    draftVersion: 2,
    versionInForce: 1,
    isSubmitted: true,
    isExpired: false,
  } as const
  for (const act of ['submitted', 'approved', 'refused', 'suspended', 'resumed', 'ended'] as const)
    for (const isSubmitted of [true, false])
      t.type(stateAfter(act, { ...ended, isSubmitted }), 'object', `${act} ${isSubmitted}`)
})

t.test('an agreement expires by itself, and says so 30 days before', async (t) => {
  const on = (expiresOn: string | null, state = 'in-force') => stateOn(today, { state, expiresOn })
  t.equal(on('2026-12-23'), 'in-force')
  t.equal(on('2026-12-22'), 'expiring', '30 days, with today and the last')
  t.equal(on(today), 'expiring', 'the last day counts')
  t.equal(on('2026-11-22'), 'ended')
  for (const state of ['draft', 'in-review', 'suspended', 'ended']) t.equal(on('2026-11-22', state), state)
  t.equal(on(null, 'draft'), 'draft')
})
