/** A text that this browser keeps for its user between visits: how somebody likes the page, and never anything of an organization. */
export interface RememberedText {
  readonly get: () => string | undefined;
  /** Undefined forgets it. */
  readonly set: (text: string | undefined) => void;
}

/** The text that is kept for a purpose. A browser that keeps nothing has it for as long as the page is open. */
export function keptText(purpose: string): RememberedText {
  const key = `tokenhouse-${purpose}`;
  let here: string | undefined;
  return {
    get: () => {
      try {
        return window.localStorage.getItem(key) ?? undefined;
      } catch {
        return here;
      }
    },
    set: (text) => {
      here = text;
      try {
        if (text === undefined) window.localStorage.removeItem(key);
        else window.localStorage.setItem(key, text);
      } catch {
        // `here` has it.
      }
    },
  };
}
