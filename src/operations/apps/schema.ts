import { type Static, Type } from '@sinclair/typebox'
import { Day, Flag, Id, Instant, nullable, oneOf, Text, Whole } from '../../foundation/resource/spoken.ts'
import { authMethods } from '../../oauth/clients.ts'
import { lawfulBases, screeningQuestions } from './rules.ts'

const strict = { additionalProperties: false }
const scopeList = (what: string) =>
  Type.Array(Type.String({ maxLength: 100 }), {
    maxItems: 200,
    uniqueItems: true,
    description: what,
    examples: [['pupils:read']],
  })
const addresses = (what: string, example: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 500 }), {
    maxItems: 20,
    description: what,
    examples: [[example]],
  })
const AppId = Type.String({
  pattern: '^app_[A-Za-z0-9_-]{1,60}$',
  description: 'The app; its client_id.',
  examples: ['app_4kZ1xQ0b7yYt2c9P'],
})

const app = {
  name: Text('What people call it.', 'Family App'),
  publisher: Text('Who makes it.', 'Example Ltd'),
  kind: oneOf(['service', 'web', 'native', 'device'], {
    description: 'service acts for the school; web, native and device act for people.',
    examples: ['native'],
  }),
  authMethod: oneOf(authMethods, {
    description: 'How it proves itself at the token endpoint.',
    examples: ['none'],
  }),
  requiredScopes: scopeList('Scopes without which it does not work.'),
  optionalScopes: scopeList('Scopes that a school or a person may refuse.'),
  redirectUris: addresses('Exact addresses to which people return.', 'https://app.example.com/signed-in'),
  postLogoutRedirectUris: addresses(
    'Addresses to which they may return after signing out.',
    'https://app.example.com/',
  ),
  privacyNotice: nullable(Text('Address of its privacy notice.', 'https://app.example.com/privacy', 500)),
  dataLocation: nullable(Text('Countries in which data is kept.', 'United Kingdom')),
  subProcessors: Type.Array(
    Type.Object(
      {
        name: Text('Who it is.', 'Example Hosting Ltd'),
        purpose: Text('What they do with the data.', 'Hosting'),
        country: Text('Where they do it.', 'United Kingdom'),
      },
      strict,
    ),
    { maxItems: 100, description: 'Who else sees the data (UK GDPR, Article 28(2)).' },
  ),
}

/** Public keys of an app that signs in with them (RFC 7517); what must be in them is checked by client-keys.ts. */
const keySet = Type.Object(
  {
    keys: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
      minItems: 1,
      maxItems: 10,
      description: 'Public keys: RSA of 2,048 bits or more, EC P-256 or Ed25519.',
    }),
  },
  { ...strict, description: 'Public keys of a private_key_jwt app, and of no other.' },
)

export const App = Type.Object(
  {
    id: AppId,
    ...app,
    isActive: Flag('Whether it may be used at all.', true),
    isOwn: Flag('Whether the school registered it itself.', true),
    createdAt: Instant('When it was registered.'),
  },
  { ...strict, title: 'App' },
)

export const NewApp = Type.Object(
  {
    name: app.name,
    publisher: Type.Optional(app.publisher),
    kind: app.kind,
    authMethod: Type.Optional(app.authMethod),
    requiredScopes: app.requiredScopes,
    optionalScopes: Type.Optional(app.optionalScopes),
    redirectUris: Type.Optional(app.redirectUris),
    postLogoutRedirectUris: Type.Optional(app.postLogoutRedirectUris),
    privacyNotice: Type.Optional(
      Text('Address of its privacy notice.', 'https://app.example.com/privacy', 500),
    ),
    dataLocation: Type.Optional(Text('Countries in which data is kept.', 'United Kingdom')),
    subProcessors: Type.Optional(app.subProcessors),
    jwks: Type.Optional(keySet),
  },
  { ...strict, title: 'NewApp' },
)

const { kind: _kind, authMethod: _authMethod, ...changeable } = app
export const AppChange = Type.Partial(Type.Object({ ...changeable, jwks: keySet }, strict), {
  ...strict,
  minProperties: 1,
  title: 'AppChange',
})

const secret = nullable(
  Text('The secret, shown once; null for an app without one.', 'w8B6Ygjq38oqRVMtQBONEHfPbsIBtKeb'),
)
export const RegisteredApp = Type.Object({ ...App.properties, secret }, { ...strict, title: 'RegisteredApp' })
export const AppSecret = Type.Object({ secret }, { ...strict, title: 'AppSecret' })
export const AppParams = Type.Object({ id: AppId }, strict)

const Screening = Type.Object(
  Object.fromEntries(Object.entries(screeningQuestions).map(([name, question]) => [name, Flag(question)])),
  { ...strict, description: 'Short screening; true is the riskier answer.', title: 'Screening' },
)

const terms = {
  scopes: scopeList('Scopes that the school grants.'),
  purpose: Text('What the app is used for.', 'Shows parents the marks of their children.', 2000),
  lawfulBasis: oneOf(lawfulBases, {
    description:
      'UK GDPR, Article 6(1). Consent is not offered: between a school and its pupils it is rarely free.',
    examples: ['public-task'],
  }),
  retention: Text('How long the app keeps data.', 'Until the agreement ends, then 30 days.', 2000),
  reviewOn: Day('Day by which the school looks at it again.', '2027-06-01'),
  expiresOn: Day('Last day; at most 12 months ahead.', '2027-08-31'),
  screening: Screening,
  safeguards: nullable(
    Text(
      'Answers to deeper questions; needed when the screening says medium or high.',
      'Data is encrypted.',
      10_000,
    ),
  ),
  assessmentReference: nullable(
    Text('Where the full assessment is kept; needed when the screening says high.', 'DPIA-2026-14', 500),
  ),
}

export const NewAgreement = Type.Object({ appId: AppId, ...terms }, { ...strict, title: 'NewAgreement' })
export const AgreementChange = Type.Partial(Type.Object(terms, strict), {
  ...strict,
  minProperties: 1,
  title: 'AgreementChange',
})

export const Agreement = Type.Object(
  {
    id: Id('Identifies the agreement.'),
    updatedAt: Instant('When it was last changed.'),
    appId: AppId,
    state: oneOf(['draft', 'in-review', 'in-force', 'expiring', 'suspended', 'ended'], {
      description: 'Where it stands; expiring is in force with 30 days or fewer left.',
      examples: ['in-force'],
    }),
    draftVersion: nullable(Whole('The version that is prepared or reviewed.', 1, 100_000, 2)),
    versionInForce: nullable(Whole('The version that opens the data.', 1, 100_000, 1)),
    scopes: scopeList('Scopes granted by the version in force.'),
    expiresOn: nullable(Day('Last day of the version in force.', '2027-08-31')),
    hasWithheld: Flag('Whether pupils are withheld from the app.'),
    endedAt: nullable(Instant('When it was ended.')),
    endReason: nullable(Text('Why.', 'The app is no longer used.', 2000)),
    deletedAt: nullable(Instant('When it was confirmed that the app has deleted the data.')),
    deletionStatement: nullable(Text('In which words.', 'All data was deleted.', 2000)),
  },
  { ...strict, title: 'Agreement' },
)

export const AgreementFilter = Type.Object({ appId: Type.Optional(AppId) }, strict)

export const AgreementVersion = Type.Object(
  {
    number: Whole('Its number.', 1, 100_000, 1),
    risk: oneOf(['low', 'medium', 'high'], { description: 'What the screening says.', examples: ['low'] }),
    preparedAt: Instant('When it was written.'),
    preparedBy: Text('By whom: app and account.', 'app_4kZ1/0192a6c4-7d1e-7c3a-9b52-5f0d7a1e4c11', 200),
    terms: Type.Record(Type.String(), Type.Unknown(), {
      description: 'The terms as they were written.',
      examples: [{ purpose: 'x' }],
    }),
  },
  { ...strict, title: 'AgreementVersion' },
)

export const AgreementAct = Type.Object(
  {
    number: Whole('Its place in the order.', 1, 100_000, 1),
    act: Text('What was done.', 'approved'),
    version: nullable(Whole('The version concerned.', 1, 100_000, 1)),
    actedAt: Instant('When.'),
    actedBy: Text('By whom: app and account, or a command.', 'mis agreements', 200),
    note: nullable(Text('What was said.', 'Checked with the governors.', 2000)),
  },
  { ...strict, title: 'AgreementAct' },
)

export const ActNote = Type.Object(
  { note: Type.Optional(Text('Why, or what was checked.', 'Checked with the governors.', 2000)) },
  { ...strict, title: 'ActNote' },
)

export const WithheldPupil = Type.Object(
  {
    pupilId: Id('The pupil.'),
    reason: Text('Why the app must not see them.', 'Whereabouts are protected.', 500),
  },
  { ...strict, title: 'WithheldPupil' },
)
export const WithheldPupils = Type.Object(
  {
    pupils: Type.Array(WithheldPupil, {
      maxItems: 1000,
      description: 'All of them; whoever is left out is seen again.',
    }),
  },
  { ...strict, title: 'WithheldPupils' },
)

export type NewAgreementBody = Static<typeof NewAgreement>
