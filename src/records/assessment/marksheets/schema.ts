import { Type } from '@sinclair/typebox'
import { changeOf, Id, nullable, oneOf, recordFields, Text } from '../../../foundation/resource/spoken.ts'

const strict = { additionalProperties: false }
const key = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,39}$',
  description: 'Short and unique in the template; cells name it.',
  examples: ['autumn'],
})

const Column = Type.Object(
  {
    key,
    label: Text('Heading.', 'Autumn', 100),
    kind: oneOf(['result', 'difference', 'mean', 'on-target', 'residual'], {
      description:
        'result: values of an aspect in a result set. Worked out on numbers: difference (second less first), mean, on-target (1 where the first reaches the second), residual (first less second).',
      examples: ['result'],
    }),
    aspectId: Type.Optional(Id('Of results: the aspect.')),
    resultSetId: Type.Optional(Id('Of results: the result set.')),
    type: Type.Optional(
      oneOf(['E', 'I', 'P', 'R', 'T'], { description: 'Of results: their type.', examples: ['R'] }),
    ),
    of: Type.Optional(
      Type.Array(key, {
        maxItems: 20,
        description: 'Worked out from these columns.',
        examples: [['autumn']],
      }),
    ),
  },
  { ...strict, title: 'MarksheetColumn' },
)

const template = {
  name: Text('Name of the marksheet; unique in the school.', 'Year 7 mathematics', 100),
  columns: Type.Array(Column, { minItems: 1, maxItems: 40, description: 'Columns, from left to right.' }),
}
export const MarksheetTemplate = Type.Object({ ...recordFields, ...template }, { title: 'MarksheetTemplate' })
export const NewMarksheetTemplate = Type.Object(template, { ...strict, title: 'NewMarksheetTemplate' })
export const MarksheetTemplateChange = changeOf(NewMarksheetTemplate, { title: 'MarksheetTemplateChange' })
export const MarksheetTemplateFilter = Type.Object({ name: Type.Optional(template.name) })

const cell = nullable(
  Type.String({ description: 'The value as it is written; null of none.', examples: ['7'] }),
)

export const Marksheet = Type.Object(
  {
    columns: Type.Array(Column, { description: 'The columns of the template.' }),
    rows: Type.Array(
      Type.Object(
        {
          pupilId: Id('The pupil.'),
          name: Text('Preferred name.', 'Amira Khan'),
          cells: Type.Array(cell, {
            description: 'A cell for each column, in their order.',
            examples: [['7']],
          }),
        },
        { ...strict, title: 'MarksheetRow' },
      ),
      { description: 'Pupils who are in the group today, by name.' },
    ),
  },
  { ...strict, title: 'Marksheet' },
)

export const MarksheetCells = Type.Object(
  {
    cells: Type.Array(
      Type.Object(
        {
          pupilId: Id('The pupil.'),
          column: key,
          value: Text('The value to write.', '7', 4000),
        },
        { ...strict, title: 'MarksheetCell' },
      ),
      { minItems: 1, maxItems: 2000, description: 'The cells to write; the others stay.' },
    ),
  },
  { ...strict, title: 'MarksheetCells' },
)
