#!/usr/bin/env node
// The `mis` command. Whatever Node starts this file, the program runs on one that reads TypeScript: the one that the
// project brings along, where the starting one is older than 22.18.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const cli = new URL('./cli.ts', import.meta.url)

if (major > 22 || (major === 22 && minor >= 18)) {
  await import('./quick-start.ts')
  await import(cli.href)
} else runOn(fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url)))

/** @param {string} brought */
function runOn(brought) {
  if (!existsSync(brought)) {
    process.stderr.write(
      `Node 22.18 or newer is needed; this is ${process.versions.node}. Run npm ci, which brings one along.\n`,
    )
    process.exitCode = 1
    return
  }
  const child = spawn(brought, [fileURLToPath(cli), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const name of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(name, () => child.kill(name))
  // Ctrl-C in a terminal reaches both of us: handed on, it would be the second one, which ends at once.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
}
