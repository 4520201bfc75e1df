import {
  bigint,
  customType,
  foreignKey,
  type PgColumn,
  pgTable,
  primaryKey,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'

/** Every tenant table leads with the school: the primary key, each foreign key and each unique constraint. */
export const schoolId = () => uuid('school_id').notNull()

/** An instant, to the millisecond, as text: never a Date, which knows no more and compares worse. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'string', precision: 3 })

export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/** What every stored record has: its school, its id (UUIDv7), the version its ETag is made of, its last change. */
export const record = () => ({
  schoolId: schoolId(),
  id: uuid('id').notNull(),
  version: bigint('version', { mode: 'number' }).notNull().default(1),
  updatedAt: timestamp('updated_at', { withTimezone: true, mode: 'string', precision: 3 })
    .notNull()
    .defaultNow(),
})

/** The columns that `record()` gives, as a view or a reference needs them. */
export interface RecordTable {
  schoolId: PgColumn
  id: PgColumn
  version: PgColumn
  updatedAt: PgColumn
}

/** A primary key `(school_id, ...columns)` with the house's name. */
export function keyOf(table: string, ...columns: [PgColumn, ...PgColumn[]]) {
  return primaryKey({ name: `${table}__pkey`, columns })
}

/** A foreign key to a record of the same school, named `table__column`. */
export function reference(
  name: string,
  own: [PgColumn, PgColumn],
  other: { schoolId: PgColumn; id: PgColumn },
) {
  return foreignKey({ name, columns: own, foreignColumns: [other.schoolId, other.id] })
}

export { pgTable }
