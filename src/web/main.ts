import { laterScripts } from "#logscale/laterScripts.ts";

/** The longest wait for a frame, ms: a page behind another window is not painted. */
const longestFrame = 100;

/** All that runs before the page is painted: running the app takes longer than all else of the start, and the first words are there. */
async function begin(): Promise<void> {
  const root = document.getElementById("root");
  // To whom a link led, the words of the page to sign in do not apply.
  if (window.location.hash.startsWith("#code=")) root?.replaceChildren();
  const paints = root?.hasChildNodes() === true && !document.hidden;
  if (paints) await frame();
  askForLaterScripts();
  // A task that is asked for within a frame runs once that was painted.
  if (paints) await new Promise((resolve) => setTimeout(resolve));
  await import("./start.tsx");
}

function frame(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, longestFrame);
    requestAnimationFrame(() => resolve());
  });
}

function askForLaterScripts(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>(`link[${laterScripts}]`)) {
    link.rel = "modulepreload";
    // A browser looks at a link when it is put into the page.
    document.head.append(link);
  }
}

void begin();
