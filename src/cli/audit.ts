import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { sealSchool, verifyChain } from '../operations/audit/chain.ts'
import { openHeadKey } from '../operations/audit/head-key.ts'
import { asJson, schoolId } from './options.ts'
import { answer, Failed, type OutputOptions } from './output.ts'
import { withSession } from './session.ts'

function heads(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split(/\s+/).filter(Boolean)
  } catch {
    throw new InvalidArgumentError('The file cannot be read.')
  }
}

interface AuditOptions extends OutputOptions {
  school: string
  heads?: string[]
}

/** `mis audit`: proves that nobody has touched what was logged. */
export function auditCommands(): Command {
  const command = new Command('audit').description('Checks the audit log of a school.')
  command
    .command('verify')
    .description('Recomputes the hash chain; finds an edit, a deletion and a cut tail.')
    .requiredOption('--school <id>', 'the school', schoolId)
    .option('--heads <file>', 'signed heads that were kept elsewhere, one a line', heads)
    .option(...asJson)
    .action(async ({ school, heads: kept = [], ...options }: AuditOptions) => {
      const verdict = await withSession(async ({ db }) =>
        verifyChain(db, school, await openHeadKey(db.pool), kept),
      )
      const { fault, links, changes, events, unsealed } = verdict
      const covered = `${links} links cover ${changes} changes and ${events} events; ${unsealed} are not under a seal yet.`
      answer(
        options,
        { ...verdict, fault: fault ?? null },
        fault ? `Broken: ${fault}. ${covered}` : `The chain holds: ${covered}`,
      )
      if (fault) throw new Failed()
    })
  command
    .command('head')
    .description('Seals what is new and prints the signed head, to be kept elsewhere.')
    .requiredOption('--school <id>', 'the school', schoolId)
    .option(...asJson)
    .action(async ({ school, ...options }: AuditOptions) => {
      const head = await withSession(async ({ db }) => {
        const key = await openHeadKey(db.pool)
        return { made: await sealSchool(db, school, key), publicJwk: key.publicJwk }
      })
      answer(
        options,
        { head: head.made ?? null, publicJwk: head.publicJwk },
        head.made ?? 'Nothing new to seal.',
      )
    })
  return command
}
