import { startTransition, StrictMode } from "react";

import { App, prepare } from "./App.tsx";
import { keepCodeOutOfSight } from "./sign-in/code.ts";
import { nextTask } from "./state/nextTask.ts";
import { appTheme } from "./theme.ts";

// Before anything else can read the address.
keepCodeOutOfSight();

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no place for the app.");

/** How long the page stays as it was sent at most while it loads, ms: with its first words, or empty. */
const longestWait = root.hasChildNodes() ? 3000 : 500;

void begin(root);

/**
 * Draws at once when all of it is there, and else what says that it is coming. No await stands at the top of this module: parts that are loaded
 * import from its file, and would wait for it.
 */
async function begin(place: HTMLElement): Promise<void> {
  // Each in a task of its own, behind the evaluation of all this and before that of what is drawn: React is in this file, and the dearest of it.
  await nextTask();
  const { createRoot } = await import("react-dom/client");
  await nextTask();
  appTheme();
  await nextTask();
  await Promise.race([prepare(), new Promise((resolve) => setTimeout(resolve, longestWait))]);
  const app = createRoot(place);
  // In small steps, so that the page answers meanwhile.
  startTransition(() => {
    app.render(
      <StrictMode>
        <App />
      </StrictMode>,
    );
  });
}
