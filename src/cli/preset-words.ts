import type { Preset } from '../operations/apps/presets.ts'
import { listOf } from './agreement-change.ts'
import type { Connected } from './apps-preset.ts'
import { table } from './output.ts'

/** What was made of a preset, for whoever sits at the terminal. */
export function sayPreset(preset: Preset, made: Connected): string {
  const { app, agreement, settings, notes, leftOut, missing, next } = made
  const state = { draft: 'a draft', 'in-review': 'in review', 'in-force': 'in force' }[agreement.state]
  const indented = (text: string) => text.replace(/^/gm, '  ')
  return [
    table([
      ['App', app.id],
      ['Agreement', `${agreement.id}, ${state}`],
      ['Grants', agreement.scopes.join(' ')],
    ]),
    `OneRoster ${preset.version}. Paste (${preset.place}); the secret is not shown again:`,
    indented(table(settings.map(({ name, value }) => [name, value]))),
    ...notes,
    ...part(
      'Left out (--with adds it, and so does a change of the agreement):',
      leftOut.map(({ scope, gives }) => `${scope}: ${gives}`),
    ),
    ...(missing.length > 0 ? [`For the school to say:\n${listOf(missing)}`] : []),
    ...part(next.length > 0 ? 'No token before the agreement is in force. Next:' : '', next),
  ].join('\n\n')

  function part(head: string, lines: readonly string[]): string[] {
    return lines.length === 0 ? [] : [`${head}\n${indented(lines.join('\n'))}`]
  }
}
