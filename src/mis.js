#!/usr/bin/env node
// The `mis` command. Whatever Node starts this file, the program runs on one that reads TypeScript: the one that the
// project brings along, where the starting one is older than 22.18.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const cli = fileURLToPath(new URL('./cli.ts', import.meta.url))

if (major > 22 || (major === 22 && minor >= 18)) await import(cli)
else {
  const brought = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
  if (!existsSync(brought)) {
    process.stderr.write(
      `Node 22.18 or newer is needed; this is ${process.versions.node}. Run npm ci, which brings one along.\n`,
    )
    process.exit(1)
  }
  const { status, signal } = spawnSync(brought, [cli, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exit(status ?? (signal ? 1 : 0))
}
