import { startTransition, StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";

import { App, prepare } from "./App.tsx";
import { keepCodeOutOfSight } from "./sign-in/code.ts";
import { appTheme } from "./theme.ts";

// Before anything else can read the address.
keepCodeOutOfSight();

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no place for the app.");

/** How long the page stays as it was sent at most while it loads, ms: with its first words, or empty. */
const longestWait = root.hasChildNodes() ? 3000 : 500;

void begin(createRoot(root));

/**
 * Draws at once when all of it is there, and else what says that it is coming. No await stands at the top of this module: parts that are loaded
 * import from its file, and would wait for it.
 */
async function begin(app: Root): Promise<void> {
  // In a task of its own, behind the evaluation of all this and before that of what is drawn.
  await nextTask();
  appTheme();
  await nextTask();
  await Promise.race([prepare(), new Promise((resolve) => setTimeout(resolve, longestWait))]);
  // In small steps, so that the page answers meanwhile.
  startTransition(() => {
    app.render(
      <StrictMode>
        <App />
      </StrictMode>,
    );
  });
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}
