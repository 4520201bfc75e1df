import { Type } from '@sinclair/typebox'
import type { FastifyReply } from 'fastify'
import { requireWholeSchool } from '../../../../foundation/access/principal.ts'
import type { Scope } from '../../../../foundation/access/scopes.ts'
import type { Context, Mount } from '../../../../foundation/http/mount.ts'
import { problem } from '../../../../foundation/http/problems.ts'
import { Instant, oneOf } from '../../../../foundation/resource/spoken.ts'
import { today } from '../../../../foundation/time/clock.ts'
import { answerExport, exportAnswers, scopesFor } from '../../../../operations/exports/answer.ts'
import { asOf } from '../../../../operations/exports/export.ts'
import type { Sight } from '../../resource.ts'
import { type Asked, oneRosterExport, releases, shown } from './export.ts'

const Query = Type.Object(
  {
    version: Type.Optional(
      oneOf(['1.1', '1.2'], {
        default: '1.2',
        description: 'Release of the standard.',
        examples: ['1.2'],
      }),
    ),
    mode: Type.Optional(
      oneOf(['bulk', 'delta'], {
        default: 'bulk',
        description: 'Everything that is so today, or what has changed, ended or been removed.',
        examples: ['bulk'],
      }),
    ),
    since: Type.Optional(
      Type.Unsafe<string>({
        type: 'string',
        anyOf: [{ format: 'date-time' }, { format: 'date' }],
        description: 'Of a delta: `X-As-Of` of the export before it, or a day.',
        examples: ['2026-11-23T08:50:00.000Z'],
      }),
    ),
  },
  { additionalProperties: false },
)

interface Queried {
  version?: '1.1' | '1.2'
  mode?: Asked['mode']
  since?: string
}

const exportOneRoster: Mount = {
  method: 'GET',
  path: '/exports/oneroster',
  operationId: 'exportOneRoster',
  scope: 'any',
  tag: 'exports',
  summary: 'Export the school as OneRoster CSV',
  description: `A zip of the files of OneRoster 1.1 or 1.2, each where its scopes are granted; the manifest names the others as absent. Shows what ${shown.resources.join(', ')} open, and the groups ${shown.groups.join(', ')} where they reach as far. A delta needs roles that reach the whole school. See openapi/oneroster.md.`,
  query: Query,
  answers: {
    200: {
      ...exportAnswers[200],
      headers: { 'x-as-of': Instant('The export is complete up to here: the `since` of the next delta.') },
    },
  },
  problems: [],
  cost: 50,
  handler: answer,
}

async function answer(context: Context): Promise<FastifyReply> {
  const { who, request, db } = context
  const { version = '1.2', mode = 'bulk', since } = request.query as Queried
  requireSense({ mode, since })
  const scopes = scopesFor(who, shown)
  // What leaves somebody's reach has not changed: no date would tell of it.
  if (mode === 'delta') for (const scope of scopes) requireWholeSchool(who, scope)
  const asked = oneRosterExport(sightOf(version, scopes), { mode, since })
  if (asked.files.length === 0)
    throw problem('scope-missing', { detail: `This needs one of the scopes ${shown.resources.join(', ')}.` })
  // Taken before the snapshot is.
  context.reply.header('x-as-of', asOf(db.clock))
  const fileName = `oneroster-${version}-${mode}-${today(db.clock)}.zip`
  return answerExport(context, { ...asked, scopes, fileName })
}

function requireSense({ mode, since }: Asked): void {
  if ((mode === 'delta') === (since !== undefined)) return
  const message = mode === 'delta' ? 'A delta needs it.' : 'Only a delta has it: ask for mode=delta.'
  throw problem('query-invalid', { errors: [{ path: '?since', message }] })
}

function sightOf(version: string, scopes: ReadonlySet<Scope>): Sight {
  return {
    version: releases[version] ?? 'v1p2',
    key: [...scopes].sort().join(' '),
    may: (scope) => scopes.has(scope),
  }
}

export const oneRosterCsvRoutes = (): Mount[] => [exportOneRoster]
