import { permissionDifference } from "#domain/token/permissionWords.ts";
import { expect, expectAccessible, signIn, test, type StoryServer } from "./fixtures.ts";

interface ListedToken {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly views: readonly { readonly id: string; readonly name: string }[];
}

async function viewTokens(server: StoryServer): Promise<readonly ListedToken[]> {
  const { tokens } = await server.graphql<{ tokens: { results: ListedToken[] } }>(
    `{ tokens(typeFilter: ViewPermissionToken, sortBy: Name, limit: 100) { results { id name
       ... on ViewPermissionsToken { permissions views { id name } } } } }`,
  );
  return tokens.results;
}

const linkTo = (keys: readonly string[]) => `/tokens/compare?${new URLSearchParams(keys.map((key) => ["t", key])).toString()}`;

test(
  "two tokens stand side by side, and sentences say what one can do beyond the other",
  { tag: "@long" },
  async ({ page, server }) => {
    const tokens = await viewTokens(server);
    const pairs = tokens.flatMap((a) => tokens.map((b) => [a, b] as const));
    const [a, b] =
      pairs.find(
        ([one, other]) =>
          one.name !== other.name &&
          permissionDifference("view", other.permissions, one.permissions).added.length > 0 &&
          permissionDifference("view", one.permissions, other.permissions).added.length === 0 &&
          one.views.some(({ id }) => !other.views.some((view) => view.id === id)),
      ) ?? [];
    if (a === undefined || b === undefined) throw new Error("The sample organization has two such tokens.");

    await signIn(page, server, { to: linkTo([`view:${a.id}`, `view:${b.id}`]) });
    const words = page.getByRole("list", { name: "What sets them apart" });
    const { added } = permissionDifference("view", b.permissions, a.permissions);
    await expect(words).toContainText(`${a.name} can do ${added.length === 1 ? "one thing" : ""}`);
    await expect(words).toContainText(`that ${b.name} cannot`);
    await expect(words).toContainText(`${a.name} reaches `);

    const table = page.getByRole("group", { name: "Tokens side by side" });
    for (const { name } of a.views.slice(0, 5)) await expect(table.getByRole("rowheader", { name, exact: true })).toBeVisible();
    await expectAccessible(page);

    const rows = table.getByRole("row");
    const all = await rows.count();
    await page.getByLabel("Only what differs").check();
    await expect.poll(() => rows.count()).toBeLessThan(all);

    // A third one comes by its name, and the link holds all of them.
    const { name: person } = await server.store.db
      .selectFrom("tokens")
      .select("name")
      .where("kind", "=", "personal")
      .executeTakeFirstOrThrow();
    await page.getByRole("searchbox", { name: "Name, id or repository" }).fill(person);
    await page.getByRole("button", { name: `${person} (personal)` }).click();
    await expect(words).toContainText("A personal token may do whatever its user may do at the moment.");
    await expect(page).toHaveURL(/t=view.*t=view.*t=personal/);
    await page.getByRole("button", { name: `Take ${b.name} out of the comparison` }).click();
    await expect(page.getByRole("columnheader", { name: b.name })).toHaveCount(0);
    await expect(page.getByRole("columnheader", { name: a.name })).toBeVisible();

    // A token's own page leads here too.
    await page.goto(`${server.url}/tokens/view/${b.id}`);
    await page.getByRole("link", { name: "Compare with…" }).click();
    await expect(page.getByRole("columnheader", { name: b.name })).toBeVisible();
    await expect(page.getByRole("heading", { name: "Compare with" })).toBeVisible();
  },
);

test("a comparison says of what it cannot show why, and asks for what it lacks", { tag: "@long" }, async ({ page, server }) => {
  const tokens = await viewTokens(server);
  const keys = tokens.slice(0, 8).map(({ id }) => `view:${id}`);
  await signIn(page, server, { to: linkTo(keys) });
  await expect(page.getByText("This link names 8 tokens. At most 6 fit side by side, so the first 6 are shown.")).toBeVisible();
  await expect(page.getByRole("columnheader")).toHaveCount(7);

  await page.goto(server.url + linkTo([keys[0] ?? "", "view:gone"]));
  await expect(page.getByText("1 token of this link is not among those that you may list")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Compare with" })).toBeVisible();

  await page.goto(`${server.url}/tokens/compare`);
  await expect(page.getByText("Choose the tokens to compare, here or in the list of all tokens.")).toBeVisible();
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(server.url + linkTo(keys.slice(0, 3)));
  await expect(page.getByRole("columnheader")).toHaveCount(4);
  // The tokens scroll within their frame, and the page does not.
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
});

test(
  "tokens that were selected are still selected on the way back from comparing them",
  { tag: "@long" },
  async ({ page, server }) => {
    await signIn(page, server, { to: "/tokens/view" });
    const bar = page.getByRole("group", { name: "Selection" });
    const boxes = page.getByRole("grid").getByRole("checkbox", { name: /^Select (?!all)/u });
    await boxes.nth(0).click();
    await boxes.nth(2).click();
    await expect(bar).toContainText("2 selected");
    await bar.getByRole("link", { name: "Compare" }).click();
    await expect(page.getByRole("columnheader")).toHaveCount(3);
    await page.goBack();
    await expect(bar).toContainText("2 selected");
    await expect(boxes.nth(2)).toBeChecked();
    // Another visit begins with nothing selected: what was chosen then must not be deleted now.
    await page.getByRole("link", { name: "All", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "All tokens" })).toBeVisible();
    await page.getByRole("link", { name: "View", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "View tokens" })).toBeVisible();
    await expect(bar).toContainText("None selected");
  },
);
