import { Type } from '@sinclair/typebox'
import { changeOf, Flag, recordFields, Text } from '../../foundation/resource/spoken.ts'

const fields = {
  code: Text('Short code of the subject; unique in the school.', 'MA', 20),
  name: Text('Name of the subject.', 'Mathematics'),
  isActive: Flag('Whether the subject is taught at present.', true),
}

export const Subject = Type.Object({ ...recordFields, ...fields }, { title: 'Subject' })
export const NewSubject = Type.Object(
  { code: fields.code, name: fields.name, isActive: Type.Optional(fields.isActive) },
  { additionalProperties: false },
)
export const SubjectChange = changeOf(NewSubject)
export const SubjectFilter = Type.Object({
  code: Type.Optional(fields.code),
  isActive: Type.Optional(fields.isActive),
})
