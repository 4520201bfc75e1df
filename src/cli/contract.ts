import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { publishedContracts } from '../contract.ts'
import { asJson } from './options.ts'
import { answer, type OutputOptions } from './output.ts'

/** Where the contracts are committed. */
const folder = new URL('../../openapi/', import.meta.url)

export function contractCommand(): Command {
  return new Command('contract')
    .description('Prints the OpenAPI contract, or writes the contracts of every protocol to openapi/.')
    .option('--write', 'write them to openapi/')
    .option(...asJson)
    .action(async ({ write, ...options }: OutputOptions & { write?: boolean }) => {
      const texts = Object.entries(await publishedContracts()).map(
        ([name, contract]) => [name, `${JSON.stringify(contract, null, 2)}\n`] as const,
      )
      if (!write) return void process.stdout.write(texts[0]?.[1] ?? '')
      for (const [name, text] of texts) writeFileSync(new URL(name, folder), text)
      answer(
        options,
        { written: texts.map(([name, { length }]) => ({ file: `openapi/${name}`, bytes: length })) },
        texts.map(([name, { length }]) => `Wrote openapi/${name} (${length} bytes).`).join('\n'),
      )
    })
}
