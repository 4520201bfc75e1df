/** Failures that a caller may see (RFC 9457). Each code has one entry here and one in openapi/problems.md. */
interface Entry {
  /** HTTP status. */
  status: number
  /** Short, the same for every occurrence. */
  title: string
  /** What the caller can do about it. */
  remedy: string
}

export const catalogue = {
  'body-invalid': entry(400, 'The body does not match its schema', 'Mend every field that `errors` names.'),
  'json-invalid': entry(400, 'The body is not valid JSON', 'Send one well-formed JSON document in UTF-8.'),
  'body-too-deep': entry(
    400,
    'The body is nested too deeply',
    'Send at most 20 levels of objects and arrays.',
  ),
  'character-refused': entry(
    400,
    'A text holds a character that cannot be stored',
    'Remove NUL characters and lone surrogates.',
  ),
  'query-invalid': entry(400, 'The query string is not valid', 'Mend every parameter that `errors` names.'),
  'path-invalid': entry(400, 'The path is not valid', 'Ids are UUIDs in lower case with hyphens.'),
  'header-invalid': entry(400, 'A header is not valid', 'Mend the header that `detail` names.'),
  'cursor-invalid': entry(
    400,
    'The cursor is not valid here',
    'Start again without `after`; a cursor belongs to one list with one sort and one filter.',
  ),
  'value-refused': entry(
    400,
    'A value lies outside what can be stored',
    'Check ranges and formats against the contract.',
  ),
  'token-missing': entry(
    401,
    'No access token',
    'Send `Authorization: Bearer <token>`; `WWW-Authenticate` leads to the place that issues tokens.',
  ),
  'token-invalid': entry(401, 'The access token is not valid', 'Get a new token for this server.'),
  'token-expired': entry(401, 'The access token has expired', 'Get a new token.'),
  'token-revoked': entry(
    401,
    'The access token was revoked',
    'Ask the school whether the client still has access.',
  ),
  'agreement-not-in-force': entry(
    401,
    'The school has no agreement in force with the app',
    'Ask the school to renew or resume the agreement; tokens work again from then on.',
  ),
  'account-closed': entry(
    401,
    'The account of the person is closed',
    'The person has left or was suspended; sign out.',
  ),
  'proof-invalid': entry(
    401,
    'The proof of possession does not hold',
    'Send a fresh DPoP proof for this method, address and token, made with the key of the token.',
  ),
  'step-up-required': entry(
    401,
    'A recent second factor is needed',
    'Send the person through sign-in again with the `acr_values` and `max_age` of WWW-Authenticate.',
  ),
  'person-required': entry(
    403,
    'Only a person may do this',
    'Use a token of a person who holds the role, not one of an app that acts for the school.',
  ),
  'reach-too-narrow': entry(
    403,
    'This concerns the whole school',
    'It needs a role that reaches every pupil with this scope.',
  ),
  'scope-missing': entry(
    403,
    'The token lacks a scope',
    'Ask for a token with the scope that `detail` names; the school must have granted it.',
  ),
  'field-group-not-granted': entry(
    403,
    'A field belongs to a group that is not granted',
    'Leave the field out, or get the scope that `detail` names.',
  ),
  'not-found': entry(
    404,
    'There is no such record',
    'Check the id; records of other schools are never found.',
  ),
  'route-not-found': entry(404, 'There is no such address', 'See /openapi.json for every address.'),
  'method-not-allowed': entry(
    405,
    'The address does not know this method',
    'Use a method that the `Allow` header names.',
  ),
  'not-acceptable': entry(406, 'The answer is only available as JSON', 'Accept application/json.'),
  conflict: entry(409, 'The change conflicts with what is stored', 'Read the record again and decide.'),
  'already-exists': entry(409, 'There is such a record already', 'Change the existing record instead.'),
  'admission-number-taken': entry(
    409,
    'The admission number is taken',
    'Use the number that is free, or change the other pupil first.',
  ),
  'upn-taken': entry(
    409,
    'The UPN is taken',
    'Check which of the two pupils it belongs to; a UPN is never shared.',
  ),
  'uln-taken': entry(
    409,
    'The ULN is taken',
    'Check which of the two pupils it belongs to; a ULN is never shared.',
  ),
  'periods-overlap': entry(
    409,
    'Two periods of time overlap',
    'End the earlier one before the later one starts.',
  ),
  'timetable-clash': entry(
    409,
    'The timetable clashes',
    'Mend what `errors` names, or say in `clashOverride` why it may clash.',
  ),
  'in-use': entry(409, 'The record is still referred to', 'Remove or move what refers to it first.'),
  'request-running': entry(
    409,
    'The same request is still running',
    'Wait and send it again with the same Idempotency-Key.',
  ),
  'marks-differ': entry(
    409,
    'Marks were written meanwhile',
    'Show both values that `conflicts` names, decide, and send again with the stored code as `was`.',
  ),
  'cursor-expired': entry(
    410,
    'The cursor is older than what is kept',
    'Take a new snapshot (`GET /v1/snapshot`) and go on from the cursor that it begins with.',
  ),
  'version-changed': entry(
    412,
    'The record has changed since it was read',
    'Read it again and send its new ETag in If-Match.',
  ),
  'too-many-affected': entry(
    412,
    'The request would change more records than it allows',
    'Raise `max-affected` or send fewer records.',
  ),
  'body-too-large': entry(413, 'The body is too large', 'Split the request.'),
  'address-too-long': entry(414, 'The address is too long', 'Ask for less in one request.'),
  'media-type-refused': entry(
    415,
    'The media type is not supported',
    'Send application/json (application/merge-patch+json is accepted for PATCH).',
  ),
  'rule-broken': entry(
    422,
    'The values break a rule',
    'Mend what `errors` names; each entry tells the rule.',
  ),
  'reference-unknown': entry(
    422,
    'A referenced record does not exist',
    'Create the record first, or mend the id.',
  ),
  'idempotency-key-reused': entry(
    422,
    'The Idempotency-Key was used for another request',
    'Use a new key for each new request.',
  ),
  'version-required': entry(428, 'If-Match is required', 'Read the record and send its ETag in If-Match.'),
  'rate-limited': entry(429, 'Too many requests', 'Wait for the seconds that Retry-After names.'),
  'headers-too-large': entry(431, 'The headers are too large', 'Send smaller headers.'),
  'internal-error': entry(
    500,
    'The server failed',
    'Try again later; quote `correlationId` to the school or its supplier.',
  ),
  overloaded: entry(503, 'The server is busy', 'Try again after the seconds that Retry-After names.'),
  'database-unavailable': entry(
    503,
    'The database is not available',
    'Try again after the seconds that Retry-After names.',
  ),
  'revocations-stale': entry(
    503,
    'Access cannot be verified at the moment',
    'Try again after the seconds that Retry-After names.',
  ),
} as const satisfies Record<string, Entry>

export type ProblemCode = keyof typeof catalogue

function entry(status: number, title: string, remedy: string): Entry {
  return { status, title, remedy }
}
