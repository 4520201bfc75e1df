import type { Static, TSchema } from '@sinclair/typebox'
import { disclose } from '../../foundation/access/disclosure.ts'
import { requirePerson } from '../../foundation/access/principal.ts'
import { readInSchool, type Tx } from '../../foundation/db/transaction.ts'
import { answerWrite, sendJson } from '../../foundation/http/answer.ts'
import { requiredVersions } from '../../foundation/http/etag.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import {
  ChangeHeaders,
  CreateHeaders,
  etagHeader,
  IdParams,
  WriteHeaders,
} from '../../foundation/http/parameters.ts'
import { locationHeader } from '../../foundation/resource/headers.ts'
import { list } from '../../foundation/resource/mounts/list.ts'
import { read } from '../../foundation/resource/mounts/read.ts'
import { lockRecord, speakRecord, wholeRecord } from '../../foundation/resource/record.ts'
import { answered, wholeOf } from '../../foundation/resource/schemas.ts'
import { actRoutes } from './act-routes.ts'
import { agreement, changeTerms, draftAgreement } from './agreements.ts'
import { readActs, readVersions } from './history.ts'
import type { Terms } from './rules.ts'
import {
  AgreementAct,
  AgreementChange,
  AgreementVersion,
  NewAgreement,
  WithheldPupil,
  WithheldPupils,
} from './schema.ts'
import { readWithheld, withholdPupils } from './withheld.ts'

const common = { scope: 'agreements:write', tag: 'agreements', cost: 5 } as const
const answer = {
  description: 'The agreement as it is now.',
  schema: answered(agreement),
  headers: etagHeader,
}

const createAgreement = (): Mount => ({
  ...common,
  method: 'POST',
  path: '/agreements',
  operationId: 'createAgreement',
  summary: 'Draft an agreement with an app',
  description:
    'Writes the first version of the terms with the screening. It opens nothing: submit it, and let a person approve it.',
  headers: CreateHeaders,
  body: NewAgreement,
  answers: { 201: { ...answer, description: 'Drafted.', headers: { ...etagHeader, ...locationHeader } } },
  problems: [404, 409, 412, 413, 415, 422],
  handler: (context) =>
    answerWrite(context, async (tx) => {
      const id = await draftAgreement(tx, context.request.body as Terms & { appId: string })
      tx.log({ resource: 'agreements', recordId: id, action: 'created' })
      const { json, etag } = await speakRecord(tx, context, agreement, id)
      return { status: 201, headers: { etag, location: `/v1/agreements/${id}` }, body: json, affected: 1 }
    }),
})

const changeAgreement = (): Mount => ({
  ...common,
  method: 'PATCH',
  path: '/agreements/{id}',
  operationId: 'changeAgreement',
  summary: 'Write a new version of an agreement',
  description:
    'Takes the latest version, with these terms instead. What is in force stays in force until the new version is approved.',
  params: IdParams,
  headers: ChangeHeaders,
  body: AgreementChange,
  answers: { 200: answer },
  problems: [404, 409, 412, 413, 415, 422, 428],
  handler(context) {
    const { id } = context.request.params as { id: string }
    const required = requiredVersions(context.request.headers['if-match'])
    return answerWrite(context, async (tx) => {
      await lockRecord(tx, agreement, id, required)
      await changeTerms(tx, id, context.request.body as Partial<Terms>)
      tx.log({ resource: 'agreements', recordId: id, action: 'changed', fields: ['draftVersion'] })
      const { json, etag } = await speakRecord(tx, context, agreement, id)
      return { status: 200, headers: { etag }, body: json, affected: 1 }
    })
  },
})

/** A short list that belongs to an agreement, always whole. */
const listBeside = (
  said: Pick<Mount, 'path' | 'operationId' | 'summary' | 'description'>,
  row: TSchema,
  readRows: (tx: Tx, id: string) => Promise<object[]>,
): Mount => ({
  ...said,
  method: 'GET',
  scope: 'agreements:read',
  tag: 'agreements',
  params: IdParams,
  answers: {
    200: {
      description: 'All of them.',
      schema: wholeOf(row),
    },
  },
  problems: [404],
  cost: 1,
  async handler(context) {
    const { db, actor, request, reply } = context
    const { id } = request.params as { id: string }
    const data = await readInSchool(db, actor, async (tx) => {
      await wholeRecord(tx, agreement, id)
      return readRows(tx, id)
    })
    await disclose(
      context,
      data.map((row) => ('pupilId' in row ? String(row.pupilId) : null)),
    )
    return sendJson(reply, JSON.stringify({ data, next: null }))
  },
})

const setWithheld = (): Mount => ({
  ...common,
  method: 'PUT',
  path: '/agreements/{id}/withheld-pupils',
  operationId: 'withholdPupils',
  summary: 'Set which pupils are withheld from an app',
  description:
    'The whole list. Withheld pupils are in no answer to the app, within a second. Needs a person.',
  params: IdParams,
  headers: WriteHeaders,
  body: WithheldPupils,
  answers: { 200: answer },
  problems: [404, 412, 413, 415, 422],
  handler(context) {
    requirePerson(context.who)
    const { id } = context.request.params as { id: string }
    const { pupils } = context.request.body as Static<typeof WithheldPupils>
    return answerWrite(context, async (tx) => {
      await withholdPupils(tx, id, pupils)
      tx.log({ resource: 'agreements', recordId: id, action: 'changed', fields: ['hasWithheld'] })
      const { json, etag } = await speakRecord(tx, context, agreement, id)
      return { status: 200, headers: { etag }, body: json, affected: pupils.length }
    })
  },
})

export const agreementRoutes = (): Mount[] => [
  list(agreement),
  read(agreement),
  createAgreement(),
  changeAgreement(),
  ...actRoutes(),
  listBeside(
    {
      path: '/agreements/{id}/versions',
      operationId: 'listAgreementVersions',
      summary: 'List the versions of an agreement',
      description: 'Terms and due diligence as they were written, oldest first. Never overwritten.',
    },
    AgreementVersion,
    readVersions,
  ),
  listBeside(
    {
      path: '/agreements/{id}/acts',
      operationId: 'listAgreementActs',
      summary: 'List what was done with an agreement',
      description: 'Who handed in, approved, refused, suspended, resumed or ended it, oldest first.',
    },
    AgreementAct,
    readActs,
  ),
  listBeside(
    {
      path: '/agreements/{id}/withheld-pupils',
      operationId: 'listWithheldPupils',
      summary: 'List pupils withheld from an app',
      description: 'Pupils whom the app never sees, with the reason.',
    },
    WithheldPupil,
    readWithheld,
  ),
  setWithheld(),
]
