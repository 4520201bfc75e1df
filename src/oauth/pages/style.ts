import { createHash } from 'node:crypto'

/** One style sheet for every page. Colours of the school come as custom properties from /oauth/brand/<colour>.css. */
export const style = `:root{color-scheme:light dark;--page:#f1f3f5;--paper:#fff;--ink:#1b1f23;--quiet:#4a525a;--line:#747d86;--rule:#e0e4e8;--soft:#f3f5f7;
--fault:#a4161a;--fault-soft:#fdf1f1;--link:var(--brand-link,#1f5a7a);--edge:var(--brand-edge,#1f5a7a);--shade:0 1px 2px #1b1f2314,0 8px 24px #1b1f2314}
@media (prefers-color-scheme:dark){:root{--page:#0e1114;--paper:#171c21;--ink:#edf1f4;--quiet:#b4bec7;--line:#8b969f;--rule:#323a42;--soft:#20272d;
--fault:#ff9c93;--fault-soft:#2b1d1f;--link:var(--brand-link-dark,#8cc7e8);--edge:var(--brand-edge-dark,#8b969f);--shade:none}}
*{box-sizing:border-box}
html{font:100%/1.5 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif;color:var(--ink);background:var(--page);-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;min-height:100svh;display:flex;flex-direction:column}
header{background:var(--brand,#1f5a7a);color:var(--brand-ink,#fff);border-bottom:1px solid var(--edge);padding:1rem max(1.5rem,calc(50% - 13.5rem));font-weight:600;font-size:1.125rem;overflow-wrap:anywhere}
main{width:100%;max-width:30rem;margin:2rem auto;padding:2rem 1.5rem;background:var(--paper);border-radius:.75rem;box-shadow:var(--shade)}
h1{font-size:1.5rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 .5rem;overflow-wrap:anywhere;text-wrap:balance}
h2,legend{font-size:1.0625rem;font-weight:600;line-height:1.4}
h2{margin:1.5rem 0 .25rem}
p{margin:0 0 1rem;overflow-wrap:anywhere}
.quiet{color:var(--quiet)}
label{display:block;font-weight:600;margin:1.25rem 0 .375rem}
input[type=text],input[type=password],select{font:inherit;color:inherit;background:var(--paper);width:100%;padding:.625rem .75rem;border:1px solid var(--line);border-radius:.5rem;min-height:3rem}
input[readonly]{background:var(--soft)}
input[aria-invalid]{border-color:var(--fault)}
input.code{font-size:1.5rem;letter-spacing:.2em;font-variant-numeric:tabular-nums;text-transform:uppercase}
.hint{color:var(--quiet);font-size:.9375rem;margin:.375rem 0 0}
.hint:empty{display:none}
form+.hint{margin-top:1.5rem}
button,.button{font:inherit;font-weight:600;min-height:3rem;padding:.6875rem 1.25rem;border-radius:.5rem;border:1px solid var(--edge);cursor:pointer;width:100%;margin-top:1.5rem;background:var(--brand,#1f5a7a);color:var(--brand-ink,#fff);overflow-wrap:anywhere}
a.button{display:block;text-align:center;text-decoration:none}
button.second,.button.second{background:transparent;color:var(--link);border-color:var(--line);margin-top:.75rem}
button:hover,.button:hover{text-decoration:underline;text-underline-offset:.2em}
button:disabled{background:var(--soft);color:var(--quiet);border-color:var(--line);cursor:default;text-decoration:none}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.fault{border-left:4px solid var(--fault);border-radius:.25rem .5rem .5rem .25rem;padding:.75rem 1rem;margin:1rem 0 1.25rem;background:var(--fault-soft)}
.fault h2{margin:0;color:var(--fault)}
.fault ul{margin:.25rem 0 0;padding-left:1.25rem}
fieldset{border:0;margin:1.5rem 0 0;padding:0;min-width:0}
legend{padding:0}
fieldset .hint{margin:0}
ul.scopes{list-style:none;margin:.25rem 0 0;padding:0}
ul.scopes li{padding:.625rem 0;border-bottom:1px solid var(--rule);display:flex;gap:.75rem;align-items:flex-start;overflow-wrap:anywhere}
ul.scopes li:last-child{border-bottom:0}
ul.scopes li>:last-child{min-width:0}
ul.scopes label{margin:0;font-weight:400;flex:1;cursor:pointer}
ul.scopes input,ul.scopes .tick{width:1.25rem;height:1.25rem;margin:.125rem 0 0;flex:none;accent-color:var(--link);line-height:1.25rem;text-align:center;font-weight:700;color:var(--link)}
dl{display:grid;grid-template-columns:fit-content(35%) 1fr;gap:.375rem 1rem;margin:0 0 1.5rem;padding:.875rem 1rem;background:var(--soft);border-radius:.5rem}
dt{color:var(--quiet)}
dd{margin:0}
dt,dd{overflow-wrap:anywhere}
.secret{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;letter-spacing:.05em;overflow-wrap:anywhere}
p.secret{background:var(--soft);border-radius:.5rem;padding:.625rem 1rem;margin:.5rem 0 0;text-align:center;text-wrap:balance}
.qr{display:block;width:13rem;max-width:100%;aspect-ratio:1;margin:0 auto 1rem;background:#fff;padding:.5rem;border-radius:.5rem}
footer{margin:auto auto 1.5rem;padding:0 1.5rem;max-width:30rem;color:var(--quiet);font-size:.875rem;text-align:center;text-wrap:balance}
@media (scripting:enabled){form[data-passkey][hidden]{display:block;visibility:hidden}}
@media (max-width:34rem){:root{--page:var(--paper)}main{margin:0;border-radius:0;box-shadow:none;padding-top:1.75rem}}
`

export const styleHash = createHash('sha256').update(style).digest('base64url').slice(0, 12)
