import { createHash } from 'node:crypto'

/** The only script: a passkey cannot be used without one. The page's form carries its options and takes the answer. */
export const script = `'use strict';
const form = document.querySelector('form[data-passkey]');
const isOnly = !document.getElementById('code');
const isKnown = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;
const say = (text) => { form.querySelector('[role=status]').textContent = text; };
if (form && (isKnown || isOnly)) form.hidden = false;
if (form && !isKnown && isOnly) {
  form.querySelector('button').disabled = true;
  say('This browser does not know passkeys. Use another one, or ask the school office.');
}
if (form && isKnown) {
  const { kind, options } = JSON.parse(form.dataset.passkey);
  form.addEventListener('submit', async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    say('');
    try {
      const credential = kind === 'create'
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      say('The passkey was not used. Try again' + (isOnly ? '.' : ', or use a code.'));
    }
  });
}
`

export const scriptHash = createHash('sha256').update(script).digest('base64url').slice(0, 12)
