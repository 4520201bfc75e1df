import { renderSVG } from 'uqr'
import { sealer } from '../../foundation/access/seal.ts'
import { codePage, enrolPage } from '../pages/factor-pages.ts'
import { type Account, findAccount } from '../people/accounts.ts'
import { authenticationOptions, checkPasskey, keepPasskey, registrationOptions } from '../people/passkeys.ts'
import { checkTotp, keepTotp, newTotp } from '../people/totp.ts'
import { formOf, keepProgress, showTo, type Visit } from './interaction.ts'
import { brandOf } from './schools.ts'

const hasFactor = ({ hasTotp, passkeys }: Account) => hasTotp || passkeys > 0

/** Whether somebody who has given a password goes on to a second factor. */
export const wantsFactor = (account: Account, isNeeded: boolean): boolean =>
  hasFactor(account) || (account.kind === 'staff' && isNeeded)

/** Asks for the factor that there is, or sets one up. */
export async function showSecondFactor(visit: Visit, schoolId: string, faults: readonly string[]) {
  const { options, progress } = visit
  const account = await findAccount(options.db, schoolId, progress.accountId as string)
  const brand = await brandOf(options.db, schoolId)
  const status = faults.length > 0 ? 422 : 200
  if (!account)
    return showTo(
      visit,
      codePage(formOf(visit, faults), { brand, hasTotp: true, passkey: undefined }),
      status,
    )
  const { db, publicUrl } = options
  if (hasFactor(account)) {
    const asked = account.passkeys > 0 ? await authenticationOptions(db, publicUrl, account) : undefined
    await keepProgress(visit, { ...progress, ...(asked && { challenge: asked.challenge }) })
    return showTo(
      visit,
      codePage(formOf(visit, faults), { brand, hasTotp: account.hasTotp, passkey: asked }),
      status,
    )
  }
  const asked = await registrationOptions(db, publicUrl, account, brand.displayName)
  const seal = sealer(options.secret)
  // The same secret however often the page is loaded.
  const secret = progress.newTotp === undefined ? newTotp('', '').secret : seal.open(progress.newTotp)
  await keepProgress(visit, { ...progress, challenge: asked.challenge, newTotp: seal.seal(secret) })
  const { uri } = newTotp(account.login, brand.displayName, secret)
  const qr = `data:image/svg+xml,${encodeURIComponent(renderSVG(uri))}`
  return showTo(visit, enrolPage(formOf(visit, faults), { brand, secret, qr, passkey: asked }), status)
}

/** Takes a code or a passkey; gives the means (`amr`, RFC 8176), or nothing where it does not hold. */
export async function takeFactor(visit: Visit, account: Account): Promise<'otp' | 'hwk' | undefined> {
  const { form, progress, options } = visit
  const { db, publicUrl } = options
  if (form.credential) {
    const shown = { challenge: progress.challenge ?? '', response: parsed(form.credential) }
    // A challenge is good once.
    const { challenge: _, ...rest } = progress
    await keepProgress(visit, rest)
    const check = hasFactor(account) ? checkPasskey : keepPasskey
    return shown.challenge !== '' && (await check(db, publicUrl, account, shown)) ? 'hwk' : undefined
  }
  const code = (form.code ?? '').replace(/\s/g, '')
  const seal = sealer(options.secret)
  if (account.hasTotp) return (await checkTotp(db, seal, account, code)) ? 'otp' : undefined
  // Somebody with a passkey does not get round it by setting up a code.
  if (hasFactor(account) || progress.newTotp === undefined) return undefined
  const secret = seal.open(progress.newTotp)
  return (await keepTotp(db, seal, account, { secret, code })) ? 'otp' : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
