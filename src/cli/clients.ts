import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import { allScopes } from '../foundation/access/scopes.ts'
import { type AuthMethod, authMethods, listClients, revokeClient, rotateSecret } from '../oauth/clients.ts'
import { createOpenClient } from '../operations/apps/open.ts'
import { asJson, schoolId } from './options.ts'
import { answer, type OutputOptions, table } from './output.ts'
import { withSession } from './session.ts'

function hours(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Hours are a whole number from 0 to 9999.')
}

function keys(file: string): { keys: object[] } {
  try {
    const jwks = JSON.parse(readFileSync(file, 'utf8')) as { keys: object[] }
    if (Array.isArray(jwks.keys) && jwks.keys.length > 0) return jwks
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('The file must hold a JSON Web Key Set with at least one public key.')
}

export function clientCommands(): Command {
  const command = new Command('clients').description('Registers the programs that act for a school.')
  addCreate(command)
  addList(command)
  addRotate(command)
  addRevoke(command)
  return command
}

interface CreateOptions extends OutputOptions {
  school: string
  name: string
  scopes: string
  authMethod: AuthMethod
  jwks?: { keys: object[] }
}

function addCreate(command: Command): void {
  command
    .command('create')
    .description('Registers a client; its secret is shown once.')
    .requiredOption('--school <id>', 'school for which it acts', schoolId)
    .requiredOption('--name <name>', 'what the school calls it')
    .requiredOption('--scopes <scopes>', 'scopes separated by spaces, or "all"; see openapi/scopes.md')
    .addOption(
      new Option('--auth-method <method>', 'how it proves itself')
        .choices([...authMethods])
        .default('client_secret_basic'),
    )
    .option('--jwks <file>', 'public keys of a private_key_jwt client', keys)
    .option(...asJson)
    .action(async ({ school, name, scopes, authMethod, jwks, json }: CreateOptions) => {
      const wanted = scopes === 'all' ? allScopes : scopes.split(/[\s,]+/).filter(Boolean)
      const app = { schoolId: school, name, scopes: wanted, authMethod, ...(jwks && { jwks }) }
      const made = await withSession(({ db }) => createOpenClient(db, app, 'mis clients create'))
      const secret =
        made.secret === undefined ? '' : `\nSecret  ${made.secret}\n\nThe secret is not shown again.`
      answer({ ...(json && { json }) }, made, `Client  ${made.client.id}${secret}`)
    })
}

function addList(command: Command): void {
  command
    .command('list')
    .description('Lists the clients, of one school or of all.')
    .option('--school <id>', 'only those of this school', schoolId)
    .option(...asJson)
    .action(async ({ school, ...options }: OutputOptions & { school?: string }) => {
      const clients = await withSession(({ db }) => listClients(db.pool, school))
      const rows = clients.map((each) => [
        each.id,
        each.isActive ? 'active' : 'revoked',
        each.schoolId ?? 'any school',
        each.name,
      ])
      answer(options, { clients }, rows.length === 0 ? 'There is no client.' : table(rows))
    })
}

function addRotate(command: Command): void {
  command
    .command('rotate')
    .description('Gives a client a new secret; the old one works for a while longer.')
    .argument('<client>', 'id of the client')
    .option('--overlap <hours>', 'hours for which the old secret still works', hours, 24)
    .option(...asJson)
    .action(async (id: string, { overlap, ...options }: OutputOptions & { overlap: number }) => {
      const secret = await withSession(({ db }) => rotateSecret(db.pool, db.clock, id, overlap))
      answer(
        options,
        { client: id, secret, overlapHours: overlap },
        `Secret  ${secret}\n\nThe old one works for ${overlap} more hours.`,
      )
    })
}

function addRevoke(command: Command): void {
  command
    .command('revoke')
    .description('Ends a client at once: no new tokens, and those it has are refused within a second.')
    .argument('<client>', 'id of the client')
    .option(...asJson)
    .action(async (id: string, options: OutputOptions) => {
      await withSession(({ db }) => revokeClient(db.pool, db.clock, id))
      answer(options, { client: id, revoked: true }, `Revoked ${id}`)
    })
}
