import { requirePerson } from '../access/principal.ts'
import type { Mount } from './mount.ts'

/** The same operation, for people only: no program decides about access by itself. */
export function byPerson(mount: Mount): Mount {
  return {
    ...mount,
    description: `${mount.description} Needs a person.`,
    handler(context) {
      requirePerson(context.who)
      return mount.handler(context)
    },
  }
}
