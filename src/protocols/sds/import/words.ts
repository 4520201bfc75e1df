/**
 * Roles of School Data Sync (learn.microsoft.com/schooldatasync/default-list-of-values) in the words of OneRoster that
 * the import knows. A word that promises less is taken where none fits; words that are not here stay as they are, so
 * that alumni are refused by name instead of becoming staff.
 */
const roles: Readonly<Record<string, string>> = {
  chair: 'administrator',
  professor: 'teacher',
  adjunct: 'teacher',
  lecturer: 'teacher',
  faculty: 'teacher',
  instructor: 'teacher',
  substitute: 'teacher',
  itadmin: 'siteTechnicalAdministrator',
  advisor: 'counselor',
  researcher: 'aide',
  affiliate: 'aide',
  occupationaltherapist: 'aide',
  physicaltherapist: 'aide',
  speechtherapist: 'aide',
  visiontherapist: 'aide',
  paraprofessional: 'aide',
  specialservices: 'aide',
  nurse: 'aide',
  officestaff: 'aide',
  staff: 'aide',
  teacherassistant: 'aide',
  assistant: 'aide',
  coach: 'aide',
}

export const roleOf = (word: string) => roles[word.toLowerCase().replace(/[\s_-]/g, '')] ?? word

/** Relationships whose other side is a contact here; doctors, aides and others are none. */
const contactRoles = new Set(['guardian', 'parent', 'relative'])

/** The role of a contact; undefined for a relationship that makes none. */
export function contactRoleOf(word: string): string | undefined {
  const plain = word.toLowerCase()
  return contactRoles.has(plain) ? plain : undefined
}
