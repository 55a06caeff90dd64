import { expect, expectAccessible, signIn, signInWithToken, test } from "./fixtures.ts";

test("a sign-in link signs in once, and its code does not stay in the address", async ({ page, server, browser }) => {
  const link = await server.linkFor("admin");
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  expect(page.url()).not.toContain("code");
  expect(await page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]))).not.toContain(
    link.split("code=")[1],
  );

  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(link);
  await expect(stranger.getByRole("heading", { name: "This link does not sign in" })).toBeVisible();
  await stranger.context().close();
});

test(
  "pasting a token leads to the page that was asked for, and a wrong token is refused",
  { tag: "@wire" },
  async ({ page, server }) => {
    const { token } = await server.graphql<{ token: string }>(
      `mutation { token: createOrganizationPermissionsToken(input: { name: "auditor", permissions: [ChangeSecurityPolicies] }) }`,
    );
    await page.goto(`${server.url}/policies`);
    await page.getByLabel("API token").fill(`${token}x`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText(/does not accept this token/)).toBeVisible();
    await signInWithToken(page, server, token, { to: "/policies" });
    await expect(page.getByRole("heading", { name: "Security policies" })).toBeVisible();
    await expect(page.getByRole("region", { name: "System tokens" })).toContainText("change system permissions");
  },
);

test("a session ends with the token that began it", { tag: "@wire" }, async ({ page, server }) => {
  const { token } = await server.graphql<{ token: string }>(
    `mutation { token: createOrganizationPermissionsToken(input: { name: "auditor", permissions: [ViewUsage] }) }`,
  );
  await signInWithToken(page, server, token);
  await server.graphql("mutation ($id: String!) { deleteToken(input: { id: $id }) }", { id: token.split("~")[0] });
  const dialog = page.getByRole("dialog", { name: "You are signed out" });
  // What the page was still reading may find out before the next step does.
  await expect(async () => {
    if (!(await dialog.isVisible())) await page.getByRole("link", { name: "Security policies" }).click({ timeout: 1000 });
    await expect(dialog).toBeVisible({ timeout: 2000 });
  }).toPass();
});

test("signing out ends the session, also on a server that keeps sessions", { tag: "@wire" }, async ({ page, server }) => {
  await signIn(page, server);
  await page.getByRole("link", { name: "Security policies" }).click();
  await page.getByRole("button", { name: /^Signed in as/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
  await expect(page.getByLabel("API token")).toHaveAttribute("autocomplete", "current-password");
  if (server.backend === "embedded") await expect(page.getByText("npm run sign-in-link")).toBeVisible();
  // Nobody asked for the page that was left.
  await expect(page.getByText("the page you asked for")).toHaveCount(0);
  expect(await page.context().cookies()).toEqual([]);
  expect(await server.store.db.selectFrom("sessions").select("userId").execute()).toEqual([]);
  await page.reload();
  await expect(page.getByLabel("API token")).toBeVisible();
});

test("the page says when the server is away, and goes on when it is back", async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/view" });
  await expect(page.getByText("1,140 view tokens", { exact: true })).toBeVisible();
  // What comes behind the rows is there too: a part of the page cannot be loaded from a server that is away.
  await expect(page.getByRole("complementary", { name: "Narrow by" }).getByRole("button", { name: "State" })).toBeVisible();
  await expect(
    page
      .getByRole("grid")
      .getByText(/finding/)
      .first(),
  ).toBeVisible();
  await server.stop();
  // The list is there from before; reading it again is not.
  await page.getByRole("link", { name: "System", exact: true }).click();
  await page.getByRole("button", { name: "Read again" }).click();
  await expect(page.getByText(/does not answer/).first()).toBeVisible();
  await server.start();
  await expect(page.getByText(/The server does not answer|could not be read/)).toHaveCount(0, { timeout: 20_000 });
  await expect(page.getByText("90 system tokens", { exact: true })).toBeVisible();
});

const kinds = ["/tokens/personal", "/tokens/view", "/tokens/organization", "/tokens/system"];

for (const { colorScheme, wide, narrow } of [
  { colorScheme: "light", wide: ["/", ...kinds, "/nowhere"], narrow: ["/", ...kinds, "/nowhere"] },
  // The lists of tokens are one page, of which the personal one alone has other columns.
  { colorScheme: "dark", wide: ["/", "/tokens/personal", "/tokens/view", "/nowhere"], narrow: ["/", "/tokens/view"] },
] as const) {
  test(
    `axe finds nothing on any page, ${colorScheme}`,
    { tag: colorScheme === "light" ? ["@wire", "@long"] : ["@long"] },
    async ({ page, server }) => {
      test.slow();
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.goto(server.url);
      await expect(page.getByLabel("API token")).toBeVisible();
      await expectAccessible(page);
      await signIn(page, server);
      for (const [width, paths] of [
        [1440, wide],
        [390, narrow],
      ] as const) {
        await page.setViewportSize({ width, height: 900 });
        for (const path of paths) {
          await page.goto(server.url + path);
          await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
          await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
          await expectAccessible(page);
        }
      }
    },
  );
}
