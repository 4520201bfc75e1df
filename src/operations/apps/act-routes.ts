import type { Static } from '@sinclair/typebox'
import { answerWrite } from '../../foundation/http/answer.ts'
import { byPerson } from '../../foundation/http/by-person.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { CreateHeaders, etagHeader, IdParams } from '../../foundation/http/parameters.ts'
import { speakRecord } from '../../foundation/resource/record.ts'
import { answered } from '../../foundation/resource/schemas.ts'
import { act } from './acts.ts'
import { agreement } from './agreements.ts'
import type { Act } from './rules.ts'
import { ActNote } from './schema.ts'

/** What is done with an agreement; all but handing it in needs a person, so that no app opens a school to itself. */
const acts: {
  verb: string
  what: Act
  operationId: string
  summary: string
  description: string
  byPerson: boolean
}[] = [
  {
    verb: 'submit',
    what: 'submitted',
    operationId: 'submitAgreement',
    summary: 'Hand an agreement in for review',
    description: 'The version that is prepared can then be approved or refused.',
    byPerson: false,
  },
  {
    verb: 'approve',
    what: 'approved',
    operationId: 'approveAgreement',
    summary: 'Approve an agreement',
    description:
      'Brings the submitted version into force, once its terms and due diligence are complete (422 tells what is missing).',
    byPerson: true,
  },
  {
    verb: 'refuse',
    what: 'refused',
    operationId: 'refuseAgreement',
    summary: 'Refuse an agreement',
    description: 'The submitted version goes back to its draft.',
    byPerson: true,
  },
  {
    verb: 'suspend',
    what: 'suspended',
    operationId: 'suspendAgreement',
    summary: 'Suspend an agreement',
    description: 'The app gets no tokens, and those it has are refused within a second, until it is resumed.',
    byPerson: true,
  },
  {
    verb: 'resume',
    what: 'resumed',
    operationId: 'resumeAgreement',
    summary: 'Resume a suspended agreement',
    description: 'The version that was in force is so again.',
    byPerson: true,
  },
  {
    verb: 'end',
    what: 'ended',
    operationId: 'endAgreement',
    summary: 'End an agreement',
    description:
      'The app is out within a second, and is to delete what it holds; its confirmation is recorded.',
    byPerson: true,
  },
  {
    verb: 'attest-deletion',
    what: 'deletion-attested',
    operationId: 'attestDeletion',
    summary: "Record that the app has deleted the school's data",
    description: 'Keeps the statement in `note` as the attestation (UK GDPR, Article 28(3)(g)).',
    byPerson: true,
  },
]

const actMount = ({ verb, what, operationId, summary, description }: (typeof acts)[number]): Mount => ({
  scope: 'agreements:write',
  tag: 'agreements',
  cost: 5,
  method: 'POST',
  path: `/agreements/{id}/${verb}`,
  operationId,
  summary,
  description,
  params: IdParams,
  headers: CreateHeaders,
  body: ActNote,
  answers: {
    200: { description: 'The agreement as it is now.', schema: answered(agreement), headers: etagHeader },
  },
  problems: [404, 409, 412, 413, 415, 422],
  handler(context) {
    const { id } = context.request.params as { id: string }
    const { note } = context.request.body as Static<typeof ActNote>
    return answerWrite(context, async (tx) => {
      await act(tx, id, what, note)
      tx.log({ resource: 'agreements', recordId: id, action: 'changed', fields: ['state'] })
      const { json, etag } = await speakRecord(tx, context, agreement, id)
      return { status: 200, headers: { etag }, body: json, affected: 1 }
    })
  },
})

export const actRoutes = (): Mount[] =>
  acts.map((each) => (each.byPerson ? byPerson(actMount(each)) : actMount(each)))
