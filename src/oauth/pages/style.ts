import { createHash } from 'node:crypto'

/** One style sheet for every page. Colours of the school come as custom properties from /oauth/brand/<colour>.css. */
export const style = `:root{--paper:#fff;--ink:#1b1f23;--quiet:#4a525a;--line:#8a939c;--soft:#f3f5f7;--fault:#a4161a;
--link:var(--brand-link,#1f5a7a)}
@media (prefers-color-scheme:dark){:root{--paper:#14181c;--ink:#edf1f4;--quiet:#b4bec7;--line:#77828c;--soft:#1f252b;--fault:#ff9c93;
--link:var(--brand-link-dark,#8cc7e8)}}
*{box-sizing:border-box}
html{font:100%/1.5 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif;color:var(--ink);background:var(--soft)}
body{margin:0;min-height:100vh;display:flex;flex-direction:column}
header{background:var(--brand,#1f5a7a);color:var(--brand-ink,#fff);padding:1rem 1.25rem;font-weight:600;font-size:1.125rem;overflow-wrap:anywhere}
main{width:100%;max-width:30rem;margin:2rem auto;padding:2rem 1.5rem;background:var(--paper);border-radius:.75rem;box-shadow:0 1px 3px rgba(0,0,0,.15)}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem;overflow-wrap:anywhere}
h2{font-size:1.0625rem;margin:1.5rem 0 .5rem}
p{margin:0 0 1rem}
.quiet{color:var(--quiet)}
label{display:block;font-weight:600;margin:1rem 0 .25rem}
input[type=text],input[type=password],select{font:inherit;color:inherit;background:var(--paper);width:100%;padding:.625rem .75rem;border:1px solid var(--line);border-radius:.375rem;min-height:2.75rem}
input.code{font-size:1.5rem;letter-spacing:.25em;font-variant-numeric:tabular-nums;text-transform:uppercase}
.hint{color:var(--quiet);font-size:.9375rem;margin:.25rem 0 0}
button,.button{font:inherit;font-weight:600;min-height:2.75rem;padding:.625rem 1.25rem;border-radius:.375rem;border:1px solid transparent;cursor:pointer;width:100%;margin-top:1rem;background:var(--brand,#1f5a7a);color:var(--brand-ink,#fff)}
a.button{display:block;text-align:center;text-decoration:none}
button.second,.button.second{background:transparent;color:var(--link);border-color:var(--line)}
button:hover,.button:hover{filter:brightness(1.08)}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.fault{border-left:4px solid var(--fault);padding:.5rem .75rem;margin:0 0 1rem;background:var(--soft)}
.fault h2{margin:0;color:var(--fault)}
.fault ul{margin:.25rem 0 0;padding-left:1.25rem}
fieldset{border:0;margin:0;padding:0}
legend{font-weight:600;padding:0;margin:1.5rem 0 .5rem}
ul.scopes{list-style:none;margin:0;padding:0}
ul.scopes li{padding:.5rem 0;border-bottom:1px solid var(--soft);display:flex;gap:.75rem;align-items:flex-start}
ul.scopes label{margin:0;font-weight:400;flex:1}
ul.scopes input,ul.scopes .tick{width:1.25rem;height:1.25rem;margin:.125rem 0 0;flex:none;accent-color:var(--link)}
dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:0 0 1rem}
dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
.secret{font-family:ui-monospace,Menlo,Consolas,monospace;letter-spacing:.05em;overflow-wrap:anywhere}
.qr{display:block;width:12rem;max-width:100%;margin:0 auto 1rem;background:#fff;padding:.5rem;border-radius:.375rem}
footer{margin:auto auto 1.5rem;padding:0 1.25rem;color:var(--quiet);font-size:.875rem;text-align:center}
@media (max-width:34rem){main{margin:0;border-radius:0;box-shadow:none}html{background:var(--paper)}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
`

export const styleHash = createHash('sha256').update(style).digest('base64url').slice(0, 12)
