import { createStore } from "#web/state/store.ts";
import { paths } from "#web/paths.ts";

/** The one-time code of the sign-in link that opened the page, until it is used. It is nowhere else: not in the address, not in the history. */
export const signInCode = createStore<string | undefined>(undefined);

/** The code in an address of the form `/sign-in#code=…`; undefined in any other. */
export function codeOf(url: URL): string | undefined {
  if (url.pathname !== paths.signIn) return undefined;
  return new URLSearchParams(url.hash.slice(1)).get("code") ?? undefined;
}

/**
 * Takes the code out of the address, now and whenever a link is pasted into a page that is already open, and puts it into
 * {@link signInCode}.
 */
export function keepCodeOutOfSight(): void {
  take();
  window.addEventListener("hashchange", take);
}

function take(): void {
  const code = codeOf(new URL(window.location.href));
  if (code === undefined) return;
  window.history.replaceState(window.history.state, "", paths.signIn);
  signInCode.set(code);
}
