import type { SchoolRow } from './rows.ts'

/** A school that does not exist: no local authority has the number 999. */
export const school = {
  name: 'Wexmoor High School',
  la: '999',
  estab: '4001',
  urn: 999_001,
  /** Establishment numbers of the primary schools from which most pupils come. */
  feeders: ['2001', '2002', '2003', '2004', '2005', '2006'],
  houses: ['Austen', 'Brunel', 'Curie', 'Seacole'],
} as const

export function schoolRow(): SchoolRow {
  return {
    name: school.name,
    laestab: `${school.la}${school.estab}`,
    urn: school.urn,
    phase: 'secondary',
    phone: '01632 960000',
    email: 'office@example.org',
    website: 'https://www.example.org',
    address: { lines: ['Priory Lane', 'Wexmoor'], postcode: 'ZZ1 1AA' },
  }
}
