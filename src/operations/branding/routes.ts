import { type Static, Type } from '@sinclair/typebox'
import { eq } from 'drizzle-orm'
import { requireWholeSchool } from '../../foundation/access/principal.ts'
import { readInSchool, type Tx } from '../../foundation/db/transaction.ts'
import { answerWrite, sendJson } from '../../foundation/http/answer.ts'
import type { Mount } from '../../foundation/http/mount.ts'
import { WriteHeaders } from '../../foundation/http/parameters.ts'
import { Text } from '../../foundation/resource/spoken.ts'
import { plainBrand } from '../../oauth/pages/brand.ts'
import { brands } from '../../oauth/people/table.ts'
import { schools } from '../../records/schools/table.ts'

const Branding = Type.Object(
  {
    displayName: Text('What stands on the sign-in pages.', 'Wexmoor High School', 80),
    colour: Type.String({
      pattern: '^#[0-9a-f]{6}$',
      description:
        'Colour of their heading. Text on it is black or white, and links keep a readable colour, whatever is chosen.',
      examples: ['#1f5a7a'],
    }),
  },
  { additionalProperties: false, title: 'Branding' },
)

/** As the school has chosen, else by its name. */
async function readBrand(tx: Tx): Promise<Static<typeof Branding>> {
  const [brand] = await tx.orm.select().from(brands).where(eq(brands.schoolId, tx.schoolId))
  if (brand) return { displayName: brand.displayName, colour: brand.colour }
  const [school] = await tx.orm
    .select({ name: schools.name })
    .from(schools)
    .where(eq(schools.schoolId, tx.schoolId))
  return { displayName: (school?.name ?? plainBrand.displayName).slice(0, 80), colour: plainBrand.colour }
}

const common = { path: '/branding', tag: 'schools', problems: [] as number[] } as const

export const brandingRoutes = (): Mount[] => [
  {
    ...common,
    method: 'GET',
    operationId: 'readBranding',
    scope: 'schools:read',
    summary: 'Read how the sign-in pages look',
    description: 'Name and colour of the pages on which people sign in.',
    answers: { 200: { description: 'The branding.', schema: Branding } },
    cost: 1,
    async handler({ db, actor, reply }) {
      return sendJson(reply, JSON.stringify(await readInSchool(db, actor, readBrand)))
    },
  },
  {
    ...common,
    method: 'PUT',
    operationId: 'changeBranding',
    scope: 'schools:write',
    summary: 'Set how the sign-in pages look',
    description: 'Name and colour of the pages on which people sign in.',
    headers: WriteHeaders,
    body: Branding,
    answers: { 200: { description: 'The branding as it is now.', schema: Branding } },
    problems: [412, 413, 415, 422],
    cost: 5,
    handler(context) {
      requireWholeSchool(context.who, 'schools:write')
      const brand = context.request.body as Static<typeof Branding>
      return answerWrite(context, async (tx) => {
        await tx.orm
          .insert(brands)
          .values({ schoolId: tx.schoolId, ...brand })
          .onConflictDoUpdate({ target: [brands.schoolId], set: brand })
        tx.log({ resource: 'schools', recordId: tx.schoolId, action: 'changed', fields: Object.keys(brand) })
        return { status: 200, headers: {}, body: JSON.stringify(await readBrand(tx)), affected: 1 }
      })
    },
  },
]
