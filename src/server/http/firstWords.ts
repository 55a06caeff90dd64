import type { PageStart } from "#logscale/pageStart.ts";
import { wordsOfPage } from "#logscale/pageWords.ts";
import { isSignedIn } from "#logscale/session.ts";
import { signInTitle, signInWords } from "#logscale/signInWords.ts";
import { isPageWanted } from "#logscale/wantedPage.ts";

/** `ui/Mark.tsx` draws the same. */
const mark =
  '<svg viewBox="0 0 32 32" aria-hidden="true"><path fill-rule="evenodd" d="M16 2 29 11v17a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V11zM16 11.5a4.5 4.5 0 0 0-2.3 8.4L12.8 26h6.4l-.9-6.1A4.5 4.5 0 0 0 16 11.5z"/></svg>';

/**
 * The first words of a page, as HTML that stands there until the app's scripts have drawn the page, with the same words at the same place.
 * `index.html` has its styles. Nothing in it can be used yet, so it is inert: nobody types into it, and no screen reader begins to read what
 * is about to be replaced. Empty where the words hang on what the server does not know.
 */
export function firstWords({ session }: PageStart, path: string): string {
  if (session === undefined) return "";
  if (isSignedIn(session)) {
    const words = wordsOfPage(path);
    if (words === undefined) return "";
    return frame(
      "first-page",
      `<header>${mark}<span>Tokenhouse</span></header><div><nav></nav><main><h1>${text(words.title)}</h1><div>${text(words.purpose)}</div></main></div>`,
    );
  }
  const words = signInWords(session, { left: false, wanted: isPageWanted(path) }).map((part) =>
    typeof part === "string" ? text(part) : `<code>${text(part.code)}</code>`,
  );
  return frame(
    "first-sign-in",
    `<main><div>${mark}<span>Tokenhouse</span></div><h1>${text(signInTitle)}</h1><div><p>${words.join("")}</p></div></main>`,
  );
}

function frame(name: string, content: string): string {
  return `<div id="first" class="${name}" inert>${content}</div>`;
}

/** A host may be anything that a setting holds. */
function text(plain: string): string {
  return plain.replaceAll(/[<>&"]/gu, (character) => `&#${character.charCodeAt(0)};`);
}
