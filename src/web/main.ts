/** The longest wait for a frame, ms: a page that nobody looks at is not painted. */
const longestFrame = 100;

/** All that runs before the page is painted: running the app takes longer than all else of the start, and the first words are there. */
async function begin(): Promise<void> {
  const root = document.getElementById("root");
  // To whom a link led, the words of the page to sign in do not apply.
  if (window.location.hash.startsWith("#code=")) root?.replaceChildren();
  if (root?.hasChildNodes() === true) await painted();
  await import("./start.tsx");
}

function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, longestFrame);
    // A task that is asked for within a frame runs once that was painted.
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

void begin();
