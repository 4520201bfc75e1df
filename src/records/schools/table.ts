import { bigint, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** A postal address as England writes it. */
export interface Address {
  lines: string[]
  postcode?: string | undefined
}

/** The tenant itself: its own id is the `school_id` of every other table. */
export const schools = pgTable('schools', {
  schoolId: uuid('school_id').primaryKey(),
  version: bigint('version', { mode: 'number' }).notNull().default(1),
  updatedAt: timestamp('updated_at', { withTimezone: true, mode: 'string', precision: 3 })
    .notNull()
    .defaultNow(),
  name: text('name').notNull(),
  /** 3-digit local authority and 4-digit establishment number. */
  laestab: text('laestab'),
  urn: integer('urn'),
  phase: text('phase'),
  phone: text('phone'),
  email: text('email'),
  website: text('website'),
  address: jsonb('address').$type<Address>(),
})

export const schoolConstraints = {} as const
