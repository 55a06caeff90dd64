import { METHODS } from "node:http";
import { brotliCompressSync, gzipSync } from "node:zlib";

import type { FastifyInstance } from "fastify";
import { serverAudits } from "graphql-http";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { buildGateway } from "#server/gateway/gateway.ts";
import { openTestStore, type TestStore } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

const json = { "content-type": "application/json" };
const body = JSON.stringify({ query: "{ organization { id } }" });
const organization = { data: { organization: { id: "SINGLE_ORGANIZATION_ID" } } };

const packedIsRefused = "A compressed body is not taken here. Send it as it is, without a Content-Encoding header.";

/** All methods but POST; CONNECT asks for a tunnel, and no HTTP client sends it for anything else. */
const others = METHODS.filter((method) => method !== "POST" && method !== "CONNECT");

const errorsAre200 =
  "LogScale answers the errors of a GraphQL request with status 200, in every media type: its clients take another for a failed server.";
const dataIsNull = "LogScale's answer to a GraphQL request always has `data`, which is null where there is none.";
const postAlone = "LogScale documents POST alone, and a GET is what any other site can make a browser send.";

/** The audits that fail, each for what LogScale's contract demands. */
const demanded: Readonly<Record<string, string>> = {
  "5A70 MAY accept application/x-www-form-urlencoded formatted GET requests": postAlone,
  "D6D5 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json":
    postAlone,
  "6A70 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json": postAlone,
  "865D SHOULD use 4xx or 5xx status codes on document parsing failure when accepting application/graphql-response+json":
    errorsAre200,
  "556A SHOULD use 400 status code on document parsing failure when accepting application/graphql-response+json": errorsAre200,
  "51FE SHOULD use 4xx or 5xx status codes on document validation failure when accepting application/graphql-response+json":
    errorsAre200,
  "74FF SHOULD use 400 status code on document validation failure when accepting application/graphql-response+json": errorsAre200,
  "86EE SHOULD use a status code of 400 on variable coercion failure when accepting application/graphql-response+json":
    errorsAre200,
  "D586 SHOULD not contain the data entry on document parsing failure when accepting application/graphql-response+json":
    dataIsNull,
  "5E5B SHOULD not contain the data entry on document validation failure when accepting application/graphql-response+json":
    dataIsNull,
};

let store: TestStore;
let server: TestServer;
let gateway: FastifyInstance;
let bearer: string;
const urls = { "the embedded server": "", "a gateway": "" };
type Backend = keyof typeof urls;
const backends: readonly Backend[] = ["the embedded server", "a gateway"];

beforeAll(async () => {
  store = await openTestStore("pglite");
  server = await testServer(store);
  bearer = `Bearer ${(await server.token({ kind: "personal" })).tokenString}`;
  urls["the embedded server"] = await server.app.listen({ host: "127.0.0.1", port: 0 });
  gateway = await buildGateway({ logscale: urls["the embedded server"], key: new Uint8Array(32).fill(9) });
  urls["a gateway"] = await gateway.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  for (const app of [gateway, server.app]) {
    app.server.closeAllConnections();
    await app.close();
  }
  await store.close();
});

describe.each(backends)("GraphQL over HTTP, from %s", (backend) => {
  const ask = (init: RequestInit, headers: Record<string, string> = {}) =>
    fetch(new URL("/graphql", urls[backend]), {
      method: "POST",
      ...init,
      headers: { authorization: bearer, ...json, ...headers },
    });

  it("passes every audit of graphql-http but those that go against LogScale's contract", async () => {
    const audits = serverAudits({
      url: new URL("/graphql", urls[backend]).href,
      fetchFn: (input: string, init: RequestInit = {}) => {
        const headers = new Headers(init.headers);
        headers.set("authorization", bearer);
        return fetch(input, { ...init, headers });
      },
    });
    expect(audits.length).toBeGreaterThan(60);
    const results = await Promise.all(audits.map(({ fn }) => fn()));
    const failed = results.flatMap(({ id, name, status }) => (status === "ok" ? [] : [`${id} ${name}`]));
    expect(failed.toSorted()).toEqual(Object.keys(demanded).toSorted());
  });

  it("is asked by POST, and says so to every other method, whoever asks and whatever is sent", async () => {
    const answers = await Promise.all(
      others.map(async (method) => {
        const { statusCode, headers, body } = await request(`${urls[backend]}/graphql?query={__typename}`, { method });
        const text = await body.text();
        return [method, statusCode, headers.allow, text];
      }),
    );
    expect(answers).toEqual(
      others.map((method) => [method, 405, "POST", method === "HEAD" ? "" : '{"message":"/graphql takes POST alone."}']),
    );
    for (const [type, sent] of [
      ["application/json", "{ broken"],
      ["application/xml", "<a/>"],
    ] as const) {
      const response = await ask({ method: "PUT", body: sent }, { "content-type": type });
      expect([response.status, response.headers.get("allow")], type).toEqual([405, "POST"]);
    }
  });

  it("takes no compressed body, and says so", async () => {
    for (const [encoding, packed] of [
      ["gzip", gzipSync(body)],
      ["GZIP", gzipSync(body)],
      ["br", brotliCompressSync(body)],
      ["identity, gzip", gzipSync(body)],
      ["gzip", "not packed at all"],
    ] as const) {
      const response = await ask({ body: packed }, { "content-encoding": encoding });
      expect([response.status, await response.json()], encoding).toEqual([415, { message: packedIsRefused }]);
    }
    for (const encoding of ["identity", "Identity"]) {
      expect(await (await ask({ body }, { "content-encoding": encoding })).json(), encoding).toEqual(organization);
    }
  });

  it("answers in the media type that is asked for, and else as LogScale does", async () => {
    const [plain, graphql] = ["application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"];
    for (const [accept, type] of [
      ["application/graphql-response+json", graphql],
      ["Application/GraphQL-Response+JSON", graphql],
      ["application/graphql-response+json; charset=utf-8", graphql],
      ["application/graphql-response+json, application/json;q=0.9", graphql],
      // As urql asks, and with it the page.
      ["application/graphql-response+json, application/graphql+json, application/json, multipart/mixed", graphql],
      ["application/json, application/graphql-response+json;q=0.5", plain],
      ["application/graphql-response+json;q=0, */*", plain],
      ["application/json", plain],
      ["application/*", plain],
      ["*/*", plain],
      ["", plain],
      // Neither is accepted: the answer is still better than none.
      ["text/html", plain],
      ["application/json;q=0", plain],
      ["nonsense;;q=,", plain],
    ] as const) {
      const response = await ask({ body }, { accept });
      expect([response.status, response.headers.get("content-type"), await response.json()], accept).toEqual([
        200,
        type,
        organization,
      ]);
    }
  });

  it("answers the errors of a request with status 200 in either media type", async () => {
    for (const accept of ["application/json", "application/graphql-response+json"]) {
      for (const query of [
        "{",
        "{ nothing }",
        "query ($id: ID!) { token(tokenId: $id) { id } }",
        "mutation { deleteToken(input: 1) }",
      ]) {
        const response = await ask({ body: JSON.stringify({ query }) }, { accept });
        expect([response.status, response.headers.get("content-type")], query).toEqual([200, `${accept}; charset=utf-8`]);
        expect(await response.json(), query).toMatchObject({ data: null, errors: [{}] });
      }
    }
  });
});

it("a session is neither begun nor ended with a compressed body", async () => {
  for (const backend of backends) {
    const response = await fetch(`${urls[backend]}/session`, {
      method: "POST",
      headers: { ...json, origin: urls[backend], "content-encoding": "gzip" },
      body: gzipSync("{}"),
    });
    expect([response.status, await response.json()], backend).toEqual([415, { message: packedIsRefused }]);
  }
});
