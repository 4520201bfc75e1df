import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { publishedContract } from '../contract.ts'
import { asJson } from './options.ts'
import { answer, type OutputOptions } from './output.ts'

/** Where the contract is committed. */
const file = new URL('../../openapi/mis.v1.json', import.meta.url)

export function contractCommand(): Command {
  return new Command('contract')
    .description('Prints the OpenAPI contract, or writes openapi/mis.v1.json.')
    .option('--write', 'write it to openapi/mis.v1.json')
    .option(...asJson)
    .action(async ({ write, ...options }: OutputOptions & { write?: boolean }) => {
      const contract = await publishedContract()
      const text = `${JSON.stringify(contract, null, 2)}\n`
      if (!write) return void process.stdout.write(text)
      writeFileSync(file, text)
      answer(
        options,
        { written: 'openapi/mis.v1.json', bytes: text.length },
        `Wrote openapi/mis.v1.json (${text.length} bytes).`,
      )
    })
}
