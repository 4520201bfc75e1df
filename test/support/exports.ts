import type { Test } from 'tap'
import type { TestSchool, TestService } from './service.ts'
import { type Roster, readStrictly } from './strict-csv.ts'
import { unzipped } from './zip.ts'

export interface Downloaded {
  status: number
  headers: Headers
  /** Of an answer that is no zip. */
  text: string
  /** Files of the zip by name. */
  files: ReadonlyMap<string, string>
}

/** Downloads an export: `oneroster?version=1.1`. */
export async function download(
  service: TestService,
  path: string,
  authorization: string,
): Promise<Downloaded> {
  const response = await fetch(`${service.publicUrl}/v1/exports/${path}`, { headers: { authorization } })
  const { status, headers } = response
  const body = Buffer.from(await response.arrayBuffer())
  if (status !== 200) return { status, headers, text: body.toString(), files: new Map() }
  return { status, headers, text: '', files: await unzipped(body) }
}

export interface Asked {
  version?: '1.1' | '1.2'
  since?: string
  /** Everything when left out. */
  scopes?: readonly string[]
}

/** An export of a school as a validator reads it. */
export async function rosterOf(
  t: Test,
  service: TestService,
  school: TestSchool,
  { version = '1.2', since, scopes }: Asked = {},
): Promise<Roster> {
  const mode = since === undefined ? 'bulk' : 'delta'
  const query = since === undefined ? '' : `&since=${since}`
  const token = await school.token(scopes)
  const path = `oneroster?version=${version}&mode=${mode}${query}`
  const { status, text, files } = await download(service, path, `Bearer ${token}`)
  t.equal(status, 200, text)
  const { roster, faults } = readStrictly(files, version, mode)
  t.same(faults, [], `${version} ${mode}`)
  return roster
}
