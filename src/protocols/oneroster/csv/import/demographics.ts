import type { Row } from '../read/read.ts'
import { BadValue, dayOf } from '../read/values.ts'
import { isGone, type Step } from './step.ts'
import { type ImportedUser, type Kind, knownKinds } from './users.ts'

/** What is not said is undefined: nobody ceases to have been born. */
interface Birth {
  birthDate: string | undefined
  sex: string | undefined
}

/** What the demographics of the file say, by the id of the person. */
export interface BirthOf {
  get(id: string): Birth | undefined
  /** The person whom a row is about. */
  idOf(sourceId: string): string | undefined
  /** Persons of earlier imports of whom the file says nothing else. */
  others: readonly { id: string; kind: Kind; values: Record<string, unknown> }[]
}

export async function birthOf(step: Step, users: ReadonlyMap<string, ImportedUser>): Promise<BirthOf> {
  const ids = await step.book('users')
  const idOf = (sourceId: string) => users.get(sourceId)?.id ?? ids.known(sourceId)
  const found = new Map<string, Birth>()
  for (const row of step.files.demographics.filter((each) => !isGone(each))) {
    const birth = read(step, row)
    const id = idOf(row.id)
    if (birth && id !== undefined) found.set(id, birth)
  }
  const inFile = new Set([...users.values()].map(({ id }) => id))
  const kinds = await knownKinds(
    step,
    [...found.keys()].filter((id) => !inFile.has(id)),
  )
  const others = [...kinds].flatMap(([id, [kind]]) =>
    kind ? [{ id, kind, values: { ...found.get(id) } }] : [],
  )
  return { get: (id) => found.get(id), idOf, others }
}

const races = ['asian', 'white', 'blackOrAfricanAmerican', 'hispanicOrLatinoEthnicity']

function read({ notes }: Step, row: Row): Birth | undefined {
  if (races.some((column) => row.cell(column) !== ''))
    notes.notice(
      'demographics.csv: American race and ethnicity flags have no place in an English school census and are not imported.',
    )
  try {
    const said = row.cell('birthDate') || row.cell('birthdate')
    return { birthDate: dayOf(said) ?? undefined, sex: sexOf(row.cell('sex')) }
  } catch (error) {
    if (!(error instanceof BadValue)) throw error
    notes.refuse('demographics', row, 'birthDate', error.message)
    return undefined
  }
}

const sexOf = (text: string): string | undefined =>
  text === '' ? undefined : ({ male: 'M', female: 'F', m: 'M', f: 'F' }[text.toLowerCase()] ?? 'U')
