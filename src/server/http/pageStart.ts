import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod/mini";

import { laterScripts } from "#logscale/laterScripts.ts";
import { pageStartId, type PageStart } from "#logscale/pageStart.ts";
import { isSignedIn } from "#logscale/session.ts";

/** Tells what a page may be sent with. Sets what the answer to `GET /session` would set. */
export type PageStartOf = (request: FastifyRequest, reply: FastifyReply) => Promise<PageStart>;

/** The scripts that a page needs, by its path, as the build wrote them down. */
const preloadsSchema = z.object({
  signIn: z.array(z.string()),
  shell: z.array(z.string()),
  pages: z.array(z.object({ path: z.string(), scripts: z.array(z.string()) })),
});

/** Gives the scripts of a page; none for a page that the build knows nothing of. */
export type PreloadsOf = (path: string, start: PageStart) => readonly string[];

/** Reads which scripts belong to which page of the app built in a folder. */
export function readPreloads(root: string): PreloadsOf {
  const file = join(root, ".vite", "preloads.json");
  if (!existsSync(file)) return () => [];
  const { signIn, shell, pages } = preloadsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const patterns = pages.map(({ path, scripts }) => ({ path: new RegExp(path, "u"), scripts }));
  return (path, { session }) => {
    if (session !== undefined && !isSignedIn(session)) return signIn;
    return [...new Set([...shell, ...(patterns.find((page) => page.path.test(path))?.scripts ?? [])])];
  };
}

/**
 * What stands in the head of a page. With words to paint first, its scripts come later (`web/main.ts`). The start is data that no browser
 * runs, so no policy has to admit it; nothing in it can end the element or begin a comment, whatever somebody is called.
 */
export function pageHead(start: PageStart, scripts: readonly string[], hasWords: boolean): string {
  const data = start.session === undefined ? "" : JSON.stringify(start).replaceAll(/[<>&\u2028\u2029]/gu, escapeCharacter);
  return [
    ...scripts.map((script) => `<link ${hasWords ? laterScripts : 'rel="modulepreload"'} crossorigin href="/${script}">`),
    ...(data === "" ? [] : [`<script type="application/json" id="${pageStartId}">${data}</script>`]),
  ].join("");
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * Whether a browser sends its cookies with a request for a page. To one that a link on another site leads to it comes without them, though
 * it has them; then only the page itself can ask who is signed in.
 */
export function bringsCookies({ headers }: FastifyRequest): boolean {
  return ["none", "same-origin", "same-site"].includes(String(headers["sec-fetch-site"]));
}
