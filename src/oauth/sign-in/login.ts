import { strongContext } from '../../foundation/access/principal.ts'
import { providersOf } from '../federation/providers.ts'
import { errorPage } from '../pages/other-pages.ts'
import { choosePage, signInPage } from '../pages/sign-in-page.ts'
import { type Account, findAccount, findByLogin, noteSignIn } from '../people/accounts.ts'
import { Busy, verifyPassword } from '../people/passwords.ts'
import type { SignInThrottle } from '../people/throttle.ts'
import { subjectOf } from '../subject.ts'
import { finish, formOf, keepProgress, needsSecondFactor, showTo, type Visit } from './interaction.ts'
import { brandOf, schoolsOf } from './schools.ts'
import { showSecondFactor, takeFactor, wantsFactor } from './second-factor.ts'

const appNameOf = ({ client }: Visit) => client.clientName ?? client.clientId

/** The page for where a sign-in stands: which school, who, second factor. */
export async function showLogin(visit: Visit, faults: readonly string[] = []) {
  const { options, progress, form } = visit
  const schoolId = await schoolOf(visit)
  if (schoolId === undefined) {
    const schools = await schoolsOf(options.db, visit.client.clientId)
    if (schools.length === 0) return showTo(visit, noSchool(), 403)
    return showTo(visit, choosePage(formOf(visit, faults), { ...(await look(visit)), schools }))
  }
  if (progress.accountId !== undefined) return showSecondFactor(visit, schoolId, faults)
  const text = signInPage(formOf(visit, faults), {
    ...(await look(visit, schoolId)),
    providers: await providersOf(options.db, schoolId),
    login: form.login ?? '',
  })
  return showTo(visit, text, faults.length > 0 ? 422 : 200)
}

const noSchool = () =>
  errorPage({ title: 'No school uses this app', detail: 'No school here has an agreement with this app.' })

async function look(visit: Visit, schoolId = '00000000-0000-0000-0000-000000000000') {
  return { brand: await brandOf(visit.options.db, schoolId), appName: appNameOf(visit) }
}

/** The app's own school, the one that was chosen, or the only one there is. */
export async function schoolOf({ client, progress, options }: Visit): Promise<string | undefined> {
  const own = (client.school_id as string | undefined) ?? progress.schoolId
  if (own !== undefined) return own
  const schools = await schoolsOf(options.db, client.clientId)
  return schools.length === 1 ? schools[0]?.id : undefined
}

function note(
  { options, client }: Visit,
  schoolId: string,
  event: string,
  account: Account | undefined,
  details: Record<string, string> = {},
): void {
  options.audit.note(schoolId, { event, appId: client.clientId, accountId: account?.id, details })
}

/** Takes what was typed on any of the pages above. */
export async function takeLogin(visit: Visit, throttle: SignInThrottle) {
  const { form, progress } = visit
  if (form.school !== undefined) return takeSchool(visit, form.school)
  const schoolId = await schoolOf(visit)
  if (schoolId === undefined) return showLogin(visit)
  if (progress.accountId !== undefined) return takeCode(visit, schoolId, throttle)
  return takePassword(visit, schoolId, throttle)
}

async function takeSchool(visit: Visit, id: string) {
  const schools = await schoolsOf(visit.options.db, visit.client.clientId)
  if (!schools.some((each) => each.id === id)) return showLogin(visit, ['Choose one of the schools.'])
  await keepProgress(visit, { schoolId: id })
  return visit.reply.redirect(formOf(visit).action, 303)
}

const tooOften = (seconds: number) =>
  `Too many tries from here. Try again in ${Math.max(2, Math.ceil(seconds / 60))} minutes.`

async function takePassword(visit: Visit, schoolId: string, throttle: SignInThrottle) {
  const { form, request, options } = visit
  const { login = '', password = '' } = form
  const who = `${schoolId} ${login.trim().toLowerCase()}`
  const wait = await throttle.wait(who, request.ip)
  if (wait > 0) return showLogin(visit, [tooOften(wait)])
  const account = await findByLogin(options.db, schoolId, login)
  try {
    const fits = await verifyPassword(account?.passwordHash ?? null, password)
    if (!fits || account?.status !== 'active') {
      await throttle.failed(who, request.ip)
      note(visit, schoolId, 'sign-in.failed', account)
      return showLogin(visit, ['User name and password do not fit together.'])
    }
  } catch (error) {
    if (!(error instanceof Busy)) throw error
    return showLogin(visit, ['Very many people are signing in. Try again in a moment.'])
  }
  await throttle.succeeded(who, request.ip)
  if (!(await mayEnter(visit, account))) return
  if (!wantsFactor(account, needsSecondFactor(visit))) return enter(visit, account, ['pwd'])
  await keepProgress(visit, { schoolId, accountId: account.id, means: ['pwd'] })
  return visit.reply.redirect(formOf(visit).action, 303)
}

/** Goes on for somebody whom an identity provider has signed in; a second factor of ours where it showed none. */
export async function enterAfterProvider(visit: Visit, account: Account, means: string[]) {
  if (!(await mayEnter(visit, account))) return
  const isStrong = means.includes('mfa') || account.kind !== 'staff' || !needsSecondFactor(visit)
  if (isStrong) return enter(visit, account, means)
  await keepProgress(visit, { schoolId: account.schoolId, accountId: account.id, means })
  return visit.reply.redirect(formOf(visit).action, 303)
}

/** Who has left, and whose school has not agreed, is told so after the right password and not before. */
async function mayEnter(visit: Visit, { schoolId, id }: Account): Promise<boolean> {
  const standing = await visit.options.standing({ schoolId, clientId: visit.client.clientId, accountId: id })
  if (typeof standing !== 'string') return true
  const detail =
    standing === 'account-closed'
      ? 'Your account is closed, since you have left the school or no pupil is linked with you any more.'
      : 'Your school has no agreement in force with this app.'
  await showTo(visit, errorPage({ title: 'You cannot go on', detail }), 403)
  return false
}

async function takeCode(visit: Visit, schoolId: string, throttle: SignInThrottle) {
  const { options, progress, form, request } = visit
  const accountId = progress.accountId as string
  const who = `${schoolId} ${accountId} code`
  const wait = await throttle.wait(who, request.ip)
  if (wait > 0) return showLogin(visit, [tooOften(wait)])
  const account = await findAccount(options.db, schoolId, accountId)
  const factor = account && (await takeFactor(visit, account))
  if (!account || !factor) {
    await throttle.failed(who, request.ip)
    note(visit, schoolId, 'second-factor.failed', account)
    const again = form.credential
      ? 'The passkey does not fit.'
      : 'The code is not right, or was used already. Wait for the next one.'
    return showLogin(visit, [again])
  }
  return enter(visit, account, [...(progress.means ?? ['pwd']), factor, 'mfa'])
}

async function enter(visit: Visit, account: Account, amr: string[]): Promise<void> {
  await noteSignIn(visit.options.db, account)
  note(visit, account.schoolId, 'sign-in.succeeded', account, { means: amr.join(' ') })
  const strong = amr.includes('mfa') ? { acr: strongContext } : {}
  await finish(visit, { login: { accountId: subjectOf(account), amr, remember: true, ...strong } })
}
