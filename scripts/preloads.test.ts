import { expect, it, vi } from "vitest";

import { tokenKinds } from "#domain/token/kinds.ts";
import { paths } from "#web/paths.ts";
import { loadPageAt } from "#web/routes.tsx";

import { pageModules } from "./preloads.ts";

const { declared, asked } = vi.hoisted(() => ({ declared: new Array<string>(), asked: new Array<string>() }));

// Notes which module a page would be loaded from, and loads none.
vi.mock("#web/ui/lazyPage.tsx", () => ({
  lazy: (load: () => Promise<unknown>) => {
    declared.push(String(load));
    return Object.assign(() => null, { loading: String(load) });
  },
  loadAhead: (page: object | undefined) => {
    if (page !== undefined && "loading" in page) asked.push(String(page.loading));
  },
}));

const moduleIn = (loading: string) => /"\/src\/web\/([^"]+)"/u.exec(loading)?.[1];

/** The module of the page that a link leads to. */
async function moduleOf(link: string): Promise<string | undefined> {
  asked.length = 0;
  await loadPageAt(link);
  return asked.map(moduleIn).at(-1);
}

const links = [
  ...Object.values(paths).filter((path) => typeof path === "string" && path !== paths.signIn),
  ...tokenKinds.flatMap((kind) => [
    paths.tokensOf(kind),
    paths.newToken(kind),
    paths.token(kind, "id"),
    paths.tokenPermissions(kind, "id"),
  ]),
  paths.person("id"),
  paths.group("id"),
  paths.role("id"),
  paths.changeRole("id"),
  paths.repository("web"),
  paths.ipFilter("id"),
  paths.newIngestToken(),
  paths.ingestRepository("web"),
  paths.ingestToken("web", "token"),
  `${paths.ingestTokens}/in/web/token`,
  paths.fleetToken("handle"),
  paths.collectorConfiguration("id"),
].map(String);

it("every page is sent with its own scripts: scripts/preloads.ts has the module that routes.tsx loads at its path", async () => {
  const loaded = new Map<string, string | undefined>();
  for (const link of links) loaded.set(link, await moduleOf(link));
  const named = links.map((link) => {
    const path = link.replace(/\?.*/u, "");
    return [link, pageModules.find(([pattern]) => new RegExp(`^${pattern}$`, "u").test(path))?.[1]] as const;
  });
  expect(new Map(named)).toEqual(loaded);
  expect([...loaded.values()]).not.toContain(undefined);
  // The links above lead to every page.
  expect(new Set(loaded.values())).toEqual(new Set(declared.map(moduleIn)));
});
