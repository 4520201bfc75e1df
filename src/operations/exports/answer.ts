import { type TSchema, Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { disclose } from '../../foundation/access/disclosure.ts'
import { leanOn, type Principal, requireScope } from '../../foundation/access/principal.ts'
import { reachesAsFar, reachOf } from '../../foundation/access/reach.ts'
import type { Scope } from '../../foundation/access/scopes.ts'
import type { Context } from '../../foundation/http/mount.ts'
import { type Export, openExport } from './export.ts'

/** What an export shows: by resources, and by groups of fields of theirs. */
export interface Shown {
  resources: readonly Scope[]
  groups: readonly Scope[]
}

/**
 * The scopes of these that an export to this caller uses. It leans on those of resources, so that its rows are about pupils
 * whom every one of them reaches and references lead nowhere else; groups of fields are shown where they reach as far.
 */
export function scopesFor(who: Principal, { resources, groups }: Shown): ReadonlySet<Scope> {
  const held = resources.filter((scope) => who.scopes.has(scope))
  for (const scope of held) leanOn(who, scope)
  return new Set([...held, ...groups.filter((scope) => reachesAsFar(who, scope))])
}

/** How every export is answered. */
export const exportAnswers = {
  200: {
    description: 'The zip. One that breaks off has no directory at its end, and no program opens it.',
    mediaType: 'application/zip',
    schema: Type.String({ examples: ['PK'] }) as TSchema,
  },
}

export interface Asked extends Export {
  /** Scopes that it uses. */
  scopes: ReadonlySet<Scope>
  /** Name of the download. */
  fileName: string
}

/** Streams an export to its caller. It ends before its time when the token or a scope of it does. */
export async function answerExport(context: Context, asked: Asked): Promise<FastifyReply> {
  const { db, who, request, reply } = context
  const receiver = { schoolId: who.schoolId, reach: reachOf(who), agreementId: who.agreement.id }
  const fieldGroups = groupsIn(asked.scopes)
  const stream = await openExport(db, receiver, asked, {
    mayGoOn: async () => {
      const now = (await who.renew?.()) ?? who
      for (const scope of asked.scopes) requireScope(now, scope)
    },
    tell: (pupilIds) => disclose(context, pupilIds, fieldGroups),
  })
  // A slow reader may take longer than a silent connection is kept.
  request.raw.socket.setTimeout(0)
  reply.header('content-disposition', `attachment; filename="${asked.fileName}"`)
  return reply.type('application/zip').send(stream)
}

/** Field groups of pupils among scopes, as the ledger of disclosures names them. */
const groupsIn = (scopes: ReadonlySet<Scope>): string =>
  [...scopes]
    .flatMap((scope) => /^pupils\.(\w+):read$/.exec(scope)?.[1] ?? [])
    .sort()
    .join(' ')
