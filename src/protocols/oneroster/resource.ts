import type { SQL } from 'drizzle-orm'
import type { Scope } from '../../foundation/access/scopes.ts'
import type { Version } from './scopes.ts'

/**
 * What a property is, so how it is written, compared and sorted:
 * `text` without regard to case, `exact` (ids and words of a list), `number`, `flag` ("true"/"false"), `day`, `instant`;
 * `texts` a list of texts; `reference` and `references` one or many ids of another resource; `json` an object or list
 * that the column holds ready-made.
 */
export type Kind =
  | 'text'
  | 'exact'
  | 'number'
  | 'flag'
  | 'day'
  | 'instant'
  | 'texts'
  | 'reference'
  | 'references'
  | 'json'

/** Where a reference leads. */
export interface Target {
  path: string
  type: string
  /** The service of 1.2 that has the collection, where it is not the one that is asked. */
  service?: 'rostering'
}

/** One property of a resource. */
export interface Field {
  name: string
  kind: Kind
  /** Column of the rows. */
  column: string
  /** Of references: the collection that its href leads to, and the `type` that is written. */
  to?: Target
  /** Dotted names below a `json` property that may be filtered by: name -> column of texts. */
  below?: Readonly<Record<string, string>>
  /** The only version that has it; both when left out. */
  only?: Version
  /** Whether every object has it, or does in one version: what either version demands, or a consumer that is known to stop without it. */
  isRequired?: boolean | Version
  /** Whether the school says it where somebody who writes the object does not. */
  isGiven?: boolean
  /** Of words of a list: those that are written, where need be by version. */
  words?: readonly string[] | Readonly<Record<Version, readonly string[]>>
  /** Of `json`: whether `{base}` stands in it for the address of the service. */
  hasAddresses?: boolean
  /** Its JSON Schema where the kind does not say it all; `refers('org')` is a reference in it. */
  shape?: object
  /** What it says, for the contract. */
  about: string
}

/** JSON Schema of a reference to an object of this type, within the contract. */
export const refers = (type: string) => ({
  $ref: `#/components/schemas/${type[0]?.toUpperCase()}${type.slice(1)}Ref`,
})

/** What a caller may see, as the SQL of rows asks: columns that are not granted are null in it. */
export interface Sight {
  version: Version
  /** Names what is granted: statements of the same sight are the same. */
  key: string
  may(scope: Scope): boolean
  /**
   * Whether what programs deleted through the gradebook is told, as `tobedeleted`: files of changes need it, while lists
   * of the REST binding have it no more.
   */
  tellsDeleted?: boolean
}

/** What a statement is about to keep of the rows, as SQL of texts that need be no ids at all. */
export interface Part {
  /** Ids of objects of the resource, as an array. */
  ids?: SQL
  /** The class that they are in. */
  class?: SQL
  /** The student whose they are. */
  student?: SQL
}

/**
 * A resource of OneRoster as a view of the school's records: SQL that gives one row per object, with the columns that
 * its fields name and besides: `sourced_id` text, `record_id` uuid (null unless `sourced_id` is its text),
 * `status` text (active or tobedeleted), `date_last_modified` timestamptz, `subject` uuid (the pupil whom it is about).
 * Placeholders: `school`, `today` (the school's day), `agreement` (the app's). It stands in parentheses: `from (rows) r`.
 */
export interface OneRosterResource {
  /** The name in a list's envelope: `users`. */
  many: string
  /** The name in a single one's envelope: `user`. */
  one: string
  /** What it is in a school in England, for the contract. */
  about: string
  fields: readonly Field[]
  /** One of these must be granted, else 403. */
  needs: readonly Scope[]
  /** Whether clients choose its ids, so that they are compared as texts. */
  hasOpaqueIds?: boolean
  /** Whether answers carry personal data, for the ledger of disclosures. */
  isPersonal: boolean
  /** Rows outside of the part need not be worked out, and may be: whoever asks for a part keeps to it by a condition. */
  rows(sight: Sight, part?: Part): SQL
}

/** Which part of a resource an operation answers: a condition over `r`, with the placeholders of its path. */
export type Narrow = (sight: Sight) => SQL
