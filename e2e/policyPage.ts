import type { Locator, Page } from "@playwright/test";

import { expect, readTable, type StoryServer } from "./fixtures.ts";

type Totals = Record<string, Record<string, number>>;

export function section(page: Page, kind: string): Locator {
  return page.getByRole("region", { name: `${kind} tokens` });
}

export function amountField(page: Page, kind: string): Locator {
  return page.getByLabel(`${kind} tokens, maximum lifetime, amount`);
}

/** The button that applies the draft; its words say what it does. */
export function applyButton(page: Page): Locator {
  return page.getByRole("button", { name: /^(Delete|Shorten|Set|Save|Put)/ });
}

export function confirmDialog(page: Page): Locator {
  return page.getByRole("dialog", { name: /^(Delete .*\?|Apply these policies\?)$/ });
}

export async function setMaximum(page: Page, kind: string, days: string): Promise<void> {
  await section(page, kind).getByLabel("Maximum lifetime", { exact: true }).check();
  await amountField(page, kind).fill(days);
}

export async function enforceFilter(page: Page, kind: string, name: string): Promise<void> {
  await section(page, kind).getByRole("combobox", { name: "Enforced IP filter" }).click();
  await page.getByRole("option", { name }).click();
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

/** Applies the draft, which is to delete as many tokens as the totals say. */
export async function apply(page: Page, totals: Totals): Promise<void> {
  await applyButton(page).click();
  const deleted = totals["All kinds"]?.["deleted"] ?? 0;
  const dialog = confirmDialog(page);
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole("textbox")).toHaveCount(deleted > 0 ? 1 : 0);
  if (deleted > 0) {
    await expect(dialog.getByRole("button", { name: /^Delete/ })).toBeDisabled();
    await dialog.getByRole("textbox").fill(String(deleted));
  }
  await dialog.getByRole("button", { name: /^(Delete|Shorten|Set|Put|Save$)/ }).click();
}

/** Confirms what the open dialog asks, typing the number that it names. */
export async function confirm(page: Page): Promise<void> {
  const dialog = confirmDialog(page);
  await expect(dialog).toBeVisible();
  const typed = dialog.getByRole("textbox");
  if ((await typed.count()) > 0)
    await typed.fill(/[\d,]+/.exec((await dialog.getByRole("heading").textContent()) ?? "")?.[0] ?? "");
  await dialog.getByRole("button", { name: /^(Delete|Shorten|Set|Put|Save$)/ }).click();
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
