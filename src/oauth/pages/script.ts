import { createHash } from 'node:crypto'

/** The only script: a passkey cannot be used without one. The page's form carries its options and takes the answer. */
export const script = `'use strict';
const form = document.querySelector('form[data-passkey]');
if (form && window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON) {
  const { kind, options } = JSON.parse(form.dataset.passkey);
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    try {
      const credential = kind === 'create'
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      form.querySelector('[role=status]').textContent = 'The passkey was not used. Try again, or use a code.';
    }
  });
}
`

export const scriptHash = createHash('sha256').update(script).digest('base64url').slice(0, 12)
