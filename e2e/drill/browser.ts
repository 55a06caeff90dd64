import { join } from "node:path";

import { chromium, type BrowserContext, type Page } from "@playwright/test";

import { findChromium } from "../../scripts/chromium.mjs";

/** What a browser was shown, and where what it keeps is to be looked for. */
export interface BrowserRound {
  /** Token strings and values that its pages showed, or that were pasted into them, and what they are. */
  readonly shown: readonly { readonly what: string; readonly text: string }[];
  /** The folder of its profile, which it has written to the end. */
  readonly profile: string;
  /** What its pages keep: cookies, both storages, databases and caches, as text. */
  readonly kept: string;
  /** What was put into a storage and a cache, and so must be found in them and in the profile. */
  readonly canaries: readonly string[];
}

/** Whether there is a Chromium on this machine. */
export const hasChromium = findChromium() !== undefined;

/**
 * A person at a real browser with a profile on disk: signs in by link, makes a token of each kind, copies, rotates, reveals, signs out, and
 * signs in by a token pasted; a wrong one too. Goes back and reloads in between, for what a browser keeps of a page is kept then.
 *
 * @param address of a server with the repository `kept`, and a user without a personal token who signs in by the code
 */
export async function browse(folder: string, address: string, code: string): Promise<BrowserRound> {
  const profile = join(folder, "profile");
  const executablePath = findChromium();
  const context = await chromium.launchPersistentContext(profile, {
    headless: true,
    locale: "en-GB",
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
    ...(executablePath !== undefined && { executablePath }),
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(60_000);
    const shown: { what: string; text: string }[] = [];
    await page.goto(`${address}/sign-in#code=${code}`);
    await signedIn(page);
    for (const kind of ["view", "organization", "system"] as const) {
      await page.goto(`${address}/tokens/${kind}/new`);
      await page.getByLabel("Name", { exact: true }).fill(`shown ${kind}`);
      if (kind === "view")
        await page
          .getByRole("treeitem")
          .filter({ has: page.getByText("kept", { exact: true }) })
          .click();
      await page.getByRole("button", { name: presets[kind] }).click();
      await page.getByRole("button", { name: `Create ${kind} token` }).click();
      shown.push({ what: `${kind} token shown`, text: await takeFromDialog(page) });
      await page.getByRole("heading", { name: `shown ${kind}`, level: 1 }).waitFor();
      await page.reload();
      await page.getByRole("button", { name: "Rotate" }).click();
      await page.getByLabel("Type rotate to confirm").fill("rotate");
      await page.getByRole("button", { name: "Rotate it" }).click();
      shown.push({ what: `${kind} token shown after its rotation`, text: await takeFromDialog(page) });
      await page.goBack();
    }
    await page.goto(`${address}/tokens/personal/new`);
    await page.getByRole("button", { name: "Create personal token" }).click();
    const personal = await takeFromDialog(page);
    shown.push({ what: "personal token shown", text: personal });
    await page.goto(`${address}/tokens/ingest`);
    await page.getByRole("link", { name: "Create ingest token" }).first().click();
    await page.getByLabel("Repository", { exact: true }).selectOption("kept");
    await page.getByLabel("Name").fill("shown ingest");
    await page.getByRole("button", { name: "Create ingest token" }).click();
    await page.getByRole("button", { name: "Show the value" }).click();
    const value = page.getByRole("group", { name: "Value of the token" });
    await value.filter({ hasNotText: "•" }).waitFor();
    shown.push({ what: "value of an ingest token shown", text: (await value.textContent()) ?? "" });
    await page.goto(`${address}/tokens/fleet`);
    await page.getByRole("button", { name: "Create fleet token" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Create a fleet token" });
    await dialog.getByLabel("Name").fill("shown fleet");
    await dialog.getByRole("button", { name: "Create fleet token" }).click();
    await page.getByRole("heading", { name: "shown fleet", level: 1 }).waitFor();
    await page.getByRole("button", { name: "Show the token" }).click();
    const enrolment = await textMatching(page, /enroll '([\w+/=]+)'/u);
    const { installToken } = JSON.parse(Buffer.from(enrolment, "base64").toString()) as { readonly installToken: string };
    shown.push({ what: "fleet token shown", text: installToken }, { what: "enrolment string shown", text: enrolment });
    await signOut(page);
    const wrong = `${"w".repeat(24)}~${"Wr0ng".repeat(8)}`;
    shown.push({ what: "token pasted and refused", text: wrong });
    await page.getByLabel("API token").fill(wrong);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").first().waitFor();
    // Typed and not sent: a browser may keep what stands in a form when it goes to another page and back.
    await page.goto(`${address}/sign-in?again`);
    await page.goBack();
    await page.getByLabel("API token").fill(personal);
    await page.reload();
    await page.getByLabel("API token").fill(personal);
    await page.getByRole("button", { name: "Sign in" }).click();
    await signedIn(page);
    const canaries = ["Canary1".repeat(6), "Canary2".repeat(6)];
    await page.evaluate(async ([first = "", second = ""]) => {
      localStorage.setItem("canary", first);
      await (await caches.open("canary")).put("/canary", new Response(second));
    }, canaries);
    const kept = await keptBy(context, page);
    await page.goto("about:blank");
    return { shown, profile, kept, canaries };
  } finally {
    await context.close();
  }
}

const presets = { view: "Read only", organization: "Report usage", system: "Health checks" } as const;

async function signedIn(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Signed in as/u }).waitFor();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Signed in as/u }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("API token").waitFor();
}

/** The token string that a dialog shows once, copied, said to be kept, and gone. */
async function takeFromDialog(page: Page): Promise<string> {
  const dialog = page.getByRole("dialog");
  const secret = dialog.getByLabel("The new token").filter({ hasText: /~/u });
  await secret.waitFor();
  const text = (await secret.textContent()) ?? "";
  await dialog.getByRole("button", { name: /^Copy/u }).first().click();
  await dialog.getByRole("checkbox", { name: "I have kept the token in a safe place" }).check();
  await dialog.getByRole("button", { name: "Done" }).click();
  await dialog.waitFor({ state: "hidden" });
  return text;
}

async function textMatching(page: Page, pattern: RegExp): Promise<string> {
  const found = page.getByRole("main").filter({ hasText: pattern });
  await found.waitFor();
  return pattern.exec((await found.textContent()) ?? "")?.[1] ?? "";
}

/** Cookies but for the session's own, both storages, databases and caches. */
async function keptBy(context: BrowserContext, page: Page): Promise<string> {
  const state = await context.storageState({ indexedDB: true });
  const rest = await page.evaluate(async () => {
    const cached: string[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) cached.push(request.url, (await (await cache.match(request))?.text()) ?? "");
    }
    return {
      storages: [Object.entries(sessionStorage), Object.entries(localStorage)],
      history: history.state as unknown,
      cached,
    };
  });
  return JSON.stringify({ state, rest });
}
