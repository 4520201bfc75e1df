import type { Command } from 'commander'
import { systemActor, type Tx, writeInSchool } from '../foundation/db/transaction.ts'
import { today } from '../foundation/time/clock.ts'
import { changeTerms, lockAgreement, versionOf } from '../operations/apps/agreements.ts'
import { findApp } from '../operations/apps/apps.ts'
import { type Fault, faultsOf, type Terms } from '../operations/apps/rules.ts'
import { addTermsOptions, type TermsOptions, termsIn } from './agreement-terms.ts'
import { asJson, schoolId } from './options.ts'
import { answer, type OutputOptions } from './output.ts'
import { withSession } from './session.ts'

interface ChangeOptions extends OutputOptions, TermsOptions {
  school: string
  scopes?: string
}

/** `mis agreements change`: a new version of the terms, such as a draft completed. */
export function addChange(command: Command): void {
  const change = command
    .command('change')
    .description(
      'Writes a new version of the terms; what is in force stays so until the new one is approved.',
    )
    .argument('<agreement>', 'id of the agreement', schoolId)
    .requiredOption('--school <id>', 'the school', schoolId)
    .option('--scopes <scopes>', 'scopes granted, all of them, separated by spaces')
  addTermsOptions(change)
    .option(...asJson)
    .action(async (id: string, { school, json, scopes, ...options }: ChangeOptions) => {
      const said = scopes?.split(/[\s,]+/).filter(Boolean)
      const terms = { ...termsIn(options), ...(said && { scopes: said }) }
      if (Object.keys(terms).length === 0) change.error('error: say what changes')
      const missing = await withSession(({ db }) =>
        writeInSchool(db, systemActor(school, 'mis agreements change'), (tx) => changed(tx, id, terms)),
      )
      const words =
        missing.length === 0 ? 'Complete: it can be approved.' : `Still missing:\n${listOf(missing)}`
      answer({ ...(json && { json }) }, { agreement: id, missing }, words)
    })
}

async function changed(tx: Tx, id: string, terms: Partial<Terms>): Promise<Fault[]> {
  await changeTerms(tx, id, terms)
  tx.log({ resource: 'agreements', recordId: id, action: 'changed', fields: ['draftVersion'] })
  return missingIn(tx, id)
}

/** Why the draft of an agreement could not be approved today. */
export async function missingIn(tx: Tx, id: string): Promise<Fault[]> {
  const { appId, draftVersion } = await lockAgreement(tx, id, 'none')
  return faultsOf(await versionOf(tx, id, draftVersion ?? 0), await findApp(tx, appId), today(tx.clock))
}

export const listOf = (faults: readonly Fault[]): string =>
  faults.map(({ path, message }) => `  ${path.slice(1)}: ${message}`).join('\n')
