import type { Locator, Page } from "@playwright/test";

import { drawn, expect, readTable, type StoryServer } from "./fixtures.ts";

type Totals = Record<string, Record<string, number>>;

export function section(page: Page, kind: string): Locator {
  return page.getByRole("region", { name: `${kind} tokens` });
}

export function amountField(page: Page, kind: string): Locator {
  return page.getByLabel(`${kind} tokens, maximum lifetime, amount`);
}

/** How the words of a button begin that applies a draft. */
const doing = /^(Delete|Lock out|End|Perhaps lock out|Shorten|Set|Save$|Save:)/;

/** The button that applies the draft; its words say what it does. */
export function applyButton(page: Page): Locator {
  return page.getByRole("button", { name: doing });
}

export function confirmDialog(page: Page): Locator {
  return page.getByRole("dialog", { name: /^((Delete|Lock out|End|Perhaps lock out) .*|Apply these policies)\?$/ });
}

export async function setMaximum(page: Page, kind: string, days: string): Promise<void> {
  await section(page, kind).getByLabel("Maximum lifetime", { exact: true }).check();
  await amountField(page, kind).fill(days);
}

/** Types a maximum in hours, for what days are too long. */
export async function setMaximumHours(page: Page, kind: string, hours: number): Promise<void> {
  await section(page, kind).getByLabel("Maximum lifetime", { exact: true }).check();
  await page.getByLabel(`${kind} tokens, maximum lifetime, unit`).selectOption("hours");
  await amountField(page, kind).fill(String(hours));
}

export async function enforceFilter(page: Page, kind: string, name: string): Promise<void> {
  const field = section(page, kind).getByRole("combobox", { name: "Enforced IP filter" });
  await field.selectOption(await field.locator("option", { hasText: name }).getAttribute("value"));
}

/** The figures of the impact by kind and effect, once they are those of the draft as it stands. */
export async function readTotals(page: Page): Promise<Totals> {
  const table = page.getByRole("table", { name: "Tokens by effect and kind" });
  await expect(table).toBeVisible();
  let rows = await readTable(table);
  await expect
    .poll(async () => {
      const again = await readTable(table);
      const settled = JSON.stringify(again) === JSON.stringify(rows) && !again.some((row) => row["seen"]?.includes("…"));
      rows = again;
      return settled;
    })
    .toBe(true);
  return Object.fromEntries(
    rows.map(({ Kind = "", ...counts }) => [
      Kind,
      Object.fromEntries(
        Object.entries(counts).map(([effect, text]) => [effect, Number(/^[\d,]+/.exec(text)?.[0].replaceAll(",", ""))]),
      ),
    ]),
  );
}

/** How many tokens are in a class of harm, of how many that is known to be in use, and of how many nobody knows. */
interface HarmFigures {
  readonly tokens: number;
  readonly inUse: number;
  readonly notKnown: number;
}

const harmTitles = ["stops now", "within 24 hours", "within 7 days", "locked out", "may be locked out"] as const;

/** The figures of what stops, as the page shows them of the draft as it stands. */
export async function readHarms(page: Page): Promise<Record<(typeof harmTitles)[number], HarmFigures>> {
  const group = page.getByRole("group", { name: "What stops working" });
  await expect(group).toBeVisible();
  await drawn(page);
  const read = async (title: string): Promise<HarmFigures> => {
    const text = (await group.getByRole("button", { name: new RegExp(`^${title} [\\d,]`) }).textContent()) ?? "";
    const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1]?.replaceAll(",", "") ?? 0);
    return {
      tokens: number(new RegExp(`^${title} ([\\d,]+) ?`)),
      inUse: number(/([\d,]+) in use/),
      notKnown: number(/([\d,]+) not known/),
    };
  };
  return {
    "stops now": await read("stops now"),
    "within 24 hours": await read("within 24 hours"),
    "within 7 days": await read("within 7 days"),
    "locked out": await read("locked out"),
    "may be locked out": await read("may be locked out"),
  };
}

/** Applies the draft; what is asked for is what the page's own figures of harm say. */
export async function apply(page: Page): Promise<void> {
  const harms = await readHarms(page);
  await applyButton(page).click();
  const dialog = confirmDialog(page);
  await expect(dialog).toBeVisible();
  const { "stops now": now, ...others } = harms;
  // What it does to tokens that were not seen nobody knows, which is asked for like harm.
  const unseen = (await dialog.getByText(/were seen\. What the change does to/).count()) > 0;
  const asked = unseen || now.tokens > 0 || Object.values(others).some(({ inUse, notKnown }) => inUse + notKnown > 0);
  await expect(dialog.getByRole("textbox")).toHaveCount(asked ? 1 : 0);
  if (asked) {
    await expect(dialog.getByRole("button", { name: doing })).toBeDisabled();
    await dialog.getByRole("textbox").fill(String(Object.values(harms).reduce((sum, { tokens }) => sum + tokens, 0)));
  }
  await dialog.getByRole("button", { name: doing }).click();
}

/** Confirms what the open dialog asks, typing the number that it names. */
export async function confirm(page: Page): Promise<void> {
  const dialog = confirmDialog(page);
  await expect(dialog).toBeVisible();
  if ((await dialog.getByRole("textbox").count()) > 0) await dialog.getByRole("textbox").fill(await numberToType(dialog));
  await dialog.getByRole("button", { name: doing }).click();
}

/** The number that a dialog asks for. */
export async function numberToType(dialog: Locator): Promise<string> {
  const label = await dialog
    .locator("label", { hasText: /^Type [\d,]+, the number of tokens that stop or may stop/ })
    .textContent();
  return /\d+(?:,\d{3})*/.exec(label ?? "")?.[0] ?? "";
}

interface StoredToken {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly createdAt: number;
  readonly expireAt: number | null;
  readonly ipFilterId: string | null;
}

export async function tokensOf(server: StoryServer): Promise<ReadonlyMap<string, StoredToken>> {
  const rows = await server.store.db
    .selectFrom("tokens")
    .select(["id", "kind", "name", "createdAt", "expireAt", "ipFilterId"])
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** How many tokens are gone, expire earlier, or have another filter; tokens that came are not counted. */
export function differenceOf(before: ReadonlyMap<string, StoredToken>, after: ReadonlyMap<string, StoredToken>) {
  const pairs = [...before.values()].map((token) => ({ token, later: after.get(token.id) }));
  return {
    deleted: pairs.filter(({ later }) => later === undefined).length,
    shortened: pairs.filter(({ token, later }) => later !== undefined && later.expireAt !== token.expireAt).length,
    filtered: pairs.filter(({ token, later }) => later !== undefined && later.ipFilterId !== token.ipFilterId).length,
  };
}

export async function anyFilter(server: StoryServer): Promise<{ readonly id: string; readonly name: string }> {
  const { ipFilters } = await server.graphql<{ ipFilters: { id: string; name: string }[] }>("{ ipFilters { id name } }");
  const [filter] = ipFilters;
  if (filter === undefined) throw new Error("The sample organization has no IP filter.");
  return filter;
}

interface WirePolicies {
  readonly personalUserTokensEnforceExpirationAfterMs: number | null;
  readonly viewPermissionTokensEnforceExpirationAfterMs: number | null;
  readonly organizationPermissionTokensEnforceExpirationAfterMs: number | null;
  readonly organizationPermissionTokensAllowPermissionUpdates: boolean;
}

export async function readPolicies(server: StoryServer): Promise<WirePolicies> {
  const { organization } = await server.graphql<{ organization: { configs: { tokens: WirePolicies } } }>(
    `{ organization { configs { tokens {
      personalUserTokensEnforceExpirationAfterMs viewPermissionTokensEnforceExpirationAfterMs
      organizationPermissionTokensEnforceExpirationAfterMs organizationPermissionTokensAllowPermissionUpdates
    } } } }`,
  );
  return organization.configs.tokens;
}

/** What another administrator does: everything enabled, nothing enforced, but for `changes`. */
export async function updatePolicies(server: StoryServer, changes: Record<string, unknown>): Promise<void> {
  await server.graphql("mutation ($input: TokenSecurityPoliciesInput!) { updateTokenSecurityPolicies(input: $input) { id } }", {
    input: {
      personalUserTokensEnabled: true,
      viewPermissionTokensEnabled: true,
      viewPermissionTokensAllowPermissionUpdates: true,
      organizationPermissionTokensEnabled: true,
      organizationPermissionTokensAllowPermissionUpdates: false,
      ...changes,
    },
  });
}
