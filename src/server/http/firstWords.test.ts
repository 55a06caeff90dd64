import { expect, it } from "vitest";

import { tokenKinds } from "#domain/token/kinds.ts";
import type { Session } from "#logscale/session.ts";
import { firstWords } from "./firstWords.ts";

const nobody: Session = { clientAddress: "127.0.0.1", backend: "embedded", host: "tokens.example", extensions: [] };
const somebody: Session = { ...nobody, tokenName: "local administrator" };

it("says to whom nobody is signed in how to, and whether a page waits for them", () => {
  const words = firstWords({ session: nobody }, "/sign-in");
  expect(words).toContain("<h1>Sign in</h1>");
  expect(words).toContain("<code>npm run sign-in-link</code>");
  expect(words).not.toContain("the page you asked for");
  expect(firstWords({ session: nobody }, "/")).toBe(words);
  expect(firstWords({ session: nobody }, "/tokens/view")).toContain("Sign in to open the page you asked for. ");
});

it("names the cluster of a gateway, and whatever it is called makes no HTML", () => {
  const words = firstWords({ session: { ...nobody, backend: "gateway", host: '<img src="x">&' } }, "/sign-in");
  expect(words).toContain("<code>&#60;img src=&#34;x&#34;&#62;&#38;</code>");
  expect(words).not.toContain("<img");
});

it("says what a list is for, and nothing of it can be used", () => {
  for (const path of ["/tokens", ...tokenKinds.map((kind) => `/tokens/${kind}`)]) {
    expect(firstWords({ session: somebody }, path)).toMatch(
      /^<div id="first" class="first-page" inert>.*<h1>\w+ tokens<\/h1><div>[^<]{40,}<\/div>/u,
    );
  }
});

it("is empty where the server does not know who asks, and on a page whose words hang on what is read", () => {
  expect(firstWords({}, "/tokens/view")).toBe("");
  for (const path of ["/", "/tokens/ingest", "/tokens/view/new", "/tokens/nonsense"]) {
    expect(firstWords({ session: somebody }, path), path).toBe("");
  }
});
