import { pgTable, text } from 'drizzle-orm/pg-core'

/** Secrets of this installation, made once: the key that signs cursors. */
export const installation = pgTable('installation', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
})
