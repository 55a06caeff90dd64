import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";

import type { Long } from "#domain/long.ts";
import { parseJson, writeJson } from "#logscale/json.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** What a cluster answers otherwise than the strict server behind it. Tests change it as they go. */
export interface Oddities {
  /** Members put over those of a token, by the token's name: another `__typename`, a time that no date says, an enum member of tomorrow. */
  tokens: Readonly<Record<string, JsonObject>>;
  /** Values of policies in force, by the field's name. Sent back exactly as given, one is taken for what is really in force. */
  policies: Readonly<Record<string, Long>>;
  /** Members put over those of a repository or view, by its name. */
  searchDomains: Readonly<Record<string, JsonObject>>;
  /** Texts of IP filters, by the filter's name. */
  filters: Readonly<Record<string, string>>;
  /** Whether there is a field `meta`, which LogScale removed in 1.304. */
  meta: boolean;
  /** How long each answer takes, ms. */
  delay: number;
  /** How far the cluster's clock is ahead, ms. */
  ahead: number;
}

/** A cluster that answers oddly: the real server, which does not know of it, behind a line that alters its answers. */
export interface OddCluster {
  readonly origin: string;
  readonly odd: Oddities;
  /** The bodies of GraphQL requests, as they came. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Starts a line to the server at `cluster`, which alters nothing until told. */
export async function startOddCluster(cluster: string, oddities: Partial<Oddities> = {}): Promise<OddCluster> {
  const odd: Oddities = {
    tokens: {},
    policies: {},
    searchDomains: {},
    filters: {},
    meta: true,
    delay: 0,
    ahead: 0,
    ...oddities,
  };
  const asked: string[] = [];
  // What is really in force in place of an odd value, as the cluster told it last.
  const inForce = new Map<string, unknown>();

  const answerTo = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = "GET", url = "/", headers } = request;
    const sent = (await buffer(request)).toString();
    const graphql = url.startsWith("/graphql") && method === "POST";
    if (graphql) asked.push(sent);
    if (odd.delay > 0) await wait(odd.delay);
    const head = { date: new Date(Date.now() + odd.ahead).toUTCString() };
    if (graphql && !odd.meta && /\{\s*meta\b/u.test(sent)) {
      const message = "Cannot query field 'meta' on type 'Query'.";
      response.writeHead(200, { ...head, "content-type": "application/json" }).end(writeJson({ errors: [{ message }] }));
      return;
    }
    const { authorization, "content-type": type } = headers;
    const answer = await fetch(cluster + url, {
      method,
      headers: { ...(authorization && { authorization }), ...(type && { "content-type": type }) },
      ...(sent !== "" && { body: graphql ? asReally(sent) : sent }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.startsWith("application/json") === true;
    response
      .writeHead(answer.status, { ...head, "content-type": answer.headers.get("content-type") ?? "text/plain" })
      .end(graphql && isJson ? writeJson([altered(parseJson(text))]).slice(1, -1) : text);
  };

  /** A request as the server understands it: with what is really in force in place of a value that only the line tells. */
  function asReally(sent: string): string {
    const request = parseJson(sent);
    const restored = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(restored);
      if (!isObject(value)) return value;
      const members = Object.entries(value).map(([name, member]) => [
        name,
        odd.policies[name] !== undefined && member === odd.policies[name] ? (inForce.get(name) ?? null) : restored(member),
      ]);
      return Object.fromEntries(members);
    };
    return writeJson([restored(request)]).slice(1, -1);
  }

  function altered(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(altered);
    if (!isObject(value)) return value;
    const over = overOf(value);
    const members = Object.entries(value).map(([name, member]) => {
      if (odd.policies[name] !== undefined) {
        inForce.set(name, member);
        return [name, odd.policies[name]];
      }
      return [name, over !== undefined && name in over ? over[name] : altered(member)];
    });
    return Object.fromEntries(members);
  }

  /** What is put over the members of an object. Nothing is put in that was not asked for. */
  function overOf({ name, __typename, ipFilter, type, id, expiresAt }: JsonObject): JsonObject | undefined {
    if (typeof name !== "string") return undefined;
    // Of fleet tokens no type is asked for.
    if ((typeof __typename === "string" && __typename.endsWith("Token")) || expiresAt !== undefined) return odd.tokens[name];
    if (__typename === "Repository" || __typename === "View" || (typeof type === "string" && id !== undefined))
      return odd.searchDomains[name];
    return typeof ipFilter === "string" && odd.filters[name] !== undefined ? { ipFilter: odd.filters[name] } : undefined;
  }

  // At the end of a test the gateway and the server may be gone before the last request is.
  const wire = createServer((request, response) => void answerTo(request, response).catch(() => response.destroy()));
  wire.listen(0, "127.0.0.1");
  await once(wire, "listening");
  const address = wire.address();
  if (address === null || typeof address === "string") throw new Error("The line has no port.");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    odd,
    asked,
    async close() {
      wire.closeAllConnections();
      wire.close();
      await once(wire, "close");
    },
  };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null;
}
