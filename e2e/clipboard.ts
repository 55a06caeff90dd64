import type { Page } from "@playwright/test";

/** What was last copied. Read by another page of the server, since the app's own pages may write to the clipboard and not read it. */
export async function clipboardOf(page: Page): Promise<string> {
  const reader = await page.context().newPage();
  await reader.goto(new URL("/healthz", page.url()).href);
  const text = await reader.evaluate(() => navigator.clipboard.readText());
  await reader.close();
  return text;
}
