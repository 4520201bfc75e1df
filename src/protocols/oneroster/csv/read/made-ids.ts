import { createHash } from 'node:crypto'

/** An id that roster/common.ts makes of others in SQL, made here: a file that this system wrote holds them. */
export function madeIdOf(kind: string, ...ids: readonly string[]): string {
  const digest = createHash('md5')
    .update([kind, ...ids].join(' '))
    .digest('hex')
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The course of classes that have no subject: a class without a subject comes of it again, and no subject. */
export const placeholderOf = (schoolSourceId: string): string => madeIdOf('course', schoolSourceId)
