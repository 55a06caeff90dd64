import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { colorSchemeCookie, isColorScheme } from "#logscale/colorScheme.ts";

import { firstWords } from "./firstWords.ts";
import { pageHead, readPreloads, type PageStartOf, type PreloadsOf } from "./pageStart.ts";
import { pathOf } from "./request.ts";

/** What stands in the built index.html where the response's own nonce belongs. */
const noncePlaceholder = "__CSP_NONCE__";

/** Where the built index.html has the app, once its scripts ran. */
const emptyRoot = '<div id="root"></div>';

/** Paths that belong to machines, also where they are switched off: a page is never the answer there. */
const machinePaths = /^\/(?:api|graphql|session|assets|services|_bulk|healthz|readyz|metrics)(?:\/|$)/u;

const pageRequests = new WeakSet<FastifyRequest>();

/** Whether a request was answered with the app's page, which has no route of its own. Known once it was answered. */
export function gotPage(request: FastifyRequest): boolean {
  return pageRequests.has(request);
}

/**
 * Serves the built app of `root`: hashed assets for ever, pre-compressed; the page itself, never cached, for every other address that a
 * browser opens, with what `startOf` says. Without a built app the pages say so, and the rest of the server works.
 */
export async function registerWeb(
  app: FastifyInstance,
  root: string | undefined,
  startOf: PageStartOf,
  longestWait = defaultWait,
): Promise<void> {
  const page = root === undefined ? undefined : readPage(root);
  if (root !== undefined && page !== undefined) {
    await app.register(fastifyStatic, {
      root: join(root, "assets"),
      prefix: "/assets/",
      index: false,
      dotfiles: "ignore",
      cacheControl: false,
      preCompressed: true,
      suppressWarning: true,
      setHeaders: (reply, path) => {
        const hashed = path.startsWith(join(root, "assets"));
        // A script that runs as a worker is bound by the policy it comes with.
        void reply.header("content-security-policy", contentSecurityPolicy(null));
        void reply.header("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
      },
    });
    app.get("/favicon.svg", (_request, reply) => reply.sendFile("favicon.svg", root));
  }

  app.setNotFoundHandler(async (request, reply) => {
    if (!isPageRequest(request)) return reply.code(404).send({ message: "There is nothing here." });
    pageRequests.add(request);
    if (page === undefined) {
      return reply
        .code(503)
        .type("text/plain; charset=utf-8")
        .send("The app is not built. Run npm run build, then start again.\n");
    }
    // The page asks for itself what it was not sent with, and says what it cannot learn. It must come also where the database is busy.
    const start = await Promise.race([startOf(request, reply).catch(() => ({})), delay(longestWait, {}, { ref: false })]);
    const path = pathOf(request);
    const words = firstWords(start, path);
    return sendPage(reply, page.html, {
      head: pageHead(start, page.preloadsOf(path, start), words !== ""),
      words,
      scheme: request.cookies[colorSchemeCookie],
    });
  });
}

/** How long a page waits for what it is sent with, ms. */
const defaultWait = 2000;

interface BuiltPage {
  readonly html: string;
  readonly preloadsOf: PreloadsOf;
}

function readPage(root: string): BuiltPage | undefined {
  const file = join(root, "index.html");
  return existsSync(file) ? { html: readFileSync(file, "utf8"), preloadsOf: readPreloads(root) } : undefined;
}

/** What tells whether a page is asked for; of a request as Node and as Fastify have it. */
type Asking = Pick<FastifyRequest, "method" | "url" | "headers">;

/** Whether a page is asked for, at any address but a machine's. A dot does not make it a file: the app's own addresses may hold one. */
function isPageRequest(request: Asking): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const path = pathOf(request);
  return !machinePaths.test(decoded(path) ?? path) && /text\/(?:html|\*)|\*\/\*/u.test(request.headers.accept ?? "*/*");
}

/**
 * The address by which a request finds its route. Routes refuse a path with a stray `%`. When a browser opens such a page, each `%` stands
 * for itself, and the app says that nothing is there.
 */
export function routedAddress({ method = "", url = "/", headers }: IncomingMessage): string {
  if (!url.includes("%")) return url;
  const request = { method, url, headers };
  const path = pathOf(request);
  if (decoded(path) !== undefined || !isPageRequest(request) || headers.accept?.includes("text/html") !== true) return url;
  return path.replaceAll("%", "%25") + url.slice(path.length);
}

/** A path as routes see it; undefined where it cannot be read. */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** What a page is sent with. */
interface PageParts {
  /** Put into the page's head as it is. */
  readonly head: string;
  /** Put where the app will be, as they are. */
  readonly words: string;
  /** The colour scheme that somebody chose, as the browser tells it. */
  readonly scheme: string | undefined;
}

function sendPage(reply: FastifyReply, html: string, { head, words, scheme }: PageParts): FastifyReply {
  const nonce = randomBytes(16).toString("base64");
  return reply
    .header("content-security-policy", contentSecurityPolicy(nonce))
    .header("permissions-policy", permissionsPolicy)
    .header("cache-control", "no-store")
    .type("text/html; charset=utf-8")
    .send(
      html
        .replaceAll(noncePlaceholder, nonce)
        .replace("<html", isColorScheme(scheme) ? `<html data-color-scheme="${scheme}"` : "<html")
        // By a function: somebody's token may have any name.
        .replace(emptyRoot, () => `<div id="root">${words}</div>`)
        .replace("</head>", () => `${head}</head>`),
    );
}

/** What a page may ask of a browser: to write to the clipboard, when somebody copies a secret. Everything else it never needs. */
const permissionsPolicy = [
  ...[
    "accelerometer",
    "autoplay",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "sync-xhr",
    "usb",
    "window-management",
    "xr-spatial-tracking",
  ].map((feature) => `${feature}=()`),
  "clipboard-write=(self)",
].join(", ");

/** The one policy of Trusted Types: it lets the file that looks for leaked tokens run as a worker, and nothing else. */
const workerPolicy = "tokenhouse-leak-scan";

/**
 * The policy of the app: scripts and data from this server alone, styles by nonce, no frames, no text that becomes script. Without a nonce,
 * that of a worker: it is given texts that may hold secrets, so it can connect to nothing and load nothing.
 */
function contentSecurityPolicy(nonce: string | null): string {
  const page = nonce !== null;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${page ? ` 'nonce-${nonce}'` : ""}`,
    `img-src ${page ? "'self'" : "'none'"}`,
    `font-src ${page ? "'self'" : "'none'"}`,
    `connect-src ${page ? "'self'" : "'none'"}`,
    `worker-src ${page ? "'self'" : "'none'"}`,
    `manifest-src ${page ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${page ? workerPolicy : "'none'"}`,
  ].join("; ");
}
