import t from 'tap'
import { schoolOn, share } from './days.ts'

const { pupils, contacts, pupilContacts } = schoolOn('2026-12-28')
const linksOf = Map.groupBy(pupilContacts, (link) => link.pupilId)

t.test('a pupil has one to three contacts, called in order', async (t) => {
  for (const pupil of pupils) {
    const links = linksOf.get(pupil.id) ?? []
    if (links.length < 1 || links.length > 3) t.fail(`${links.length} contacts`)
    if (links.some((link, place) => link.priority !== place + 1)) t.fail('priorities are not 1, 2, 3')
    if (!links.some((link) => link.hasParentalResponsibility)) t.fail('nobody is responsible')
    if (!links.some((link) => link.livesWithPupil)) t.fail('nobody lives with the pupil')
  }
})

t.test('brothers and sisters share their contacts, and every contact belongs to a pupil', async (t) => {
  const pupilsOf = Map.groupBy(pupilContacts, (link) => link.contactId)
  t.equal(pupilsOf.size, contacts.length)
  const withSibling = pupils.filter((pupil) =>
    (linksOf.get(pupil.id) ?? []).some((link) => (pupilsOf.get(link.contactId) ?? []).length > 1),
  )
  t.ok(withSibling.length > 100 && withSibling.length < 400, String(withSibling.length))
})

t.test('a few court orders restrict parents who live elsewhere', async (t) => {
  const restricted = pupilContacts.filter((link) => link.isCourtOrderRestricted)
  t.ok(restricted.length >= 3 && restricted.length <= 8)
  t.notOk(restricted.some((link) => link.livesWithPupil || link.priority === 1))
})

t.test('children in care have a foster carer and a social worker', async (t) => {
  const inCare = pupils.filter((pupil) => pupil.isInCare)
  t.ok(inCare.length > 0)
  for (const pupil of inCare) {
    const relationships = (linksOf.get(pupil.id) ?? []).map((link) => link.relationship)
    t.same(relationships.slice(0, 2), ['Foster carer', 'Social worker'])
  }
  t.ok(share(pupilContacts, (link) => link.relationship === 'Foster carer') < 0.02)
})
