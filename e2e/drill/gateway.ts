import { once } from "node:events";
import { connect, createServer as createSocketServer, type AddressInfo } from "node:net";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

import { Pool } from "undici";

import { buildGateway } from "#server/gateway/gateway.ts";

import type { Drill, DrillReport, DrillRow } from "./drill.ts";

/** Sessions at once, and requests of each. */
const whole = { sessions: 50, requests: 200 };
const short = { sessions: 20, requests: 40 };

/** The token of a session, by its number. */
const tokenOf = (session: number) => `${String(session).padStart(24, "u")}~${String(session).padStart(44, "s")}`;

/** What a hostile cluster puts in place of an answer, each to the letter; none may reach a browser as a whole answer of the cluster's. */
const hostile: Readonly<Record<string, string>> = {
  "a redirect elsewhere": "HTTP/1.1 302 Found\r\nlocation: http://CANARY/stolen\r\ncontent-length: 0\r\n\r\n",
  "a redirect with the method kept":
    "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://CANARY/stolen\r\ncontent-length: 0\r\n\r\n",
  "a cookie for this host":
    'HTTP/1.1 200 OK\r\nset-cookie: tokenhouse=theirs\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{"data":{}}',
  "headers that loosen the page's policy":
    'HTTP/1.1 200 OK\r\ncontent-security-policy: script-src *\r\naccess-control-allow-origin: *\r\nservice-worker-allowed: /\r\ncontent-length: 11\r\n\r\n{"data":{}}',
  "two answers to one request":
    'HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{"data":{}}HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{"data":"no"}',
  "two lengths": "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 50\r\n\r\nshort",
  "a length and chunks": "HTTP/1.1 200 OK\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
  "a chunk longer than it says": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffff\r\nab\r\n",
  "an answer cut in its middle": 'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"data":',
  "no HTTP at all": "SSH-2.0-OpenSSH_9.2\r\n",
  "a head without an end": `HTTP/1.1 200 OK\r\n${"x-a: b\r\n".repeat(5000)}`,
  "a status that is none": "HTTP/1.1 999999 OK\r\ncontent-length: 0\r\n\r\n",
  "a switch of protocols": "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
  "a line break in a header": "HTTP/1.1 200 OK\r\nx-elastic-product: a\rset-cookie: b=c\r\ncontent-length: 0\r\n\r\n",
};

/**
 * What callers may try so that the gateway asks somebody else, or the cluster for what is not theirs: request lines to the letter, with
 * headers. Of each nothing arrives but at the cluster, under its own name, and at a path of LogScale's.
 */
const forgeries: readonly string[] = [
  "POST http://CANARY/graphql HTTP/1.1\r\nHost: CANARY",
  "POST //CANARY/graphql HTTP/1.1\r\nHost: x",
  "POST /graphql HTTP/1.1\r\nHost: CANARY\r\nX-Forwarded-Host: CANARY\r\nX-Forwarded-Server: CANARY",
  "POST /graphql@CANARY HTTP/1.1\r\nHost: x",
  "POST /graphql/../admin HTTP/1.1\r\nHost: x",
  "POST /api/v1/ingest/../../admin HTTP/1.1\r\nHost: x",
  "POST /api/v1/ingest/%2e%2e/%2e%2e/admin HTTP/1.1\r\nHost: x",
  "POST /api/v1/ingest/http:%2f%2fCANARY HTTP/1.1\r\nHost: x",
  "POST /api/v1/ingest/\\\\CANARY\\a HTTP/1.1\r\nHost: x",
  "GET /api/v1/status?url=http://CANARY/ HTTP/1.1\r\nHost: x",
  "GET http://169.254.169.254/latest/meta-data/ HTTP/1.1\r\nHost: 169.254.169.254",
  "CONNECT CANARY HTTP/1.1\r\nHost: CANARY",
  "GET /api/v1/users HTTP/1.1\r\nHost: x",
  "GET /internal/metrics HTTP/1.1\r\nHost: x",
  "TRACE /graphql HTTP/1.1\r\nHost: x",
  "OPTIONS * HTTP/1.1\r\nHost: x",
  "POST /_bulk HTTP/1.1\r\nHost: x\r\nHost: CANARY",
  "POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: authorization\r\nProxy-Authorization: Basic eDp5",
];

/** Paths of the cluster that a caller may reach by the gateway. */
const clusterPath =
  /^\/(?:graphql|_bulk|services\/collector|api\/v1\/(?:ingest|status|health-json|repositories\/[\w.-]+\/ingest-messages))(?:[/?]|$)/u;

/**
 * A gateway with many sessions at once, whose answers the cluster gives late, in pieces and in any order, some of them cut or wrong: each
 * session gets its own answers and nobody else's. Then a hostile cluster, and callers who would have the gateway ask somebody else.
 *
 * It fails where the gateway asks with the token of the request before (`headersUp` in `gateway/headers.ts`), and where a redirect is passed
 * on (`redirected` in `gateway/forward.ts`).
 */
export const gatewayDrill: Drill = {
  name: "gateway",
  about: "interleaved sessions in front of a cluster, hostile answers, and requests that would lead elsewhere",
  minutes: 2,
  async run({ short: isShort = false }): Promise<DrillReport> {
    const cluster = await startCluster();
    const gateway = await buildGateway({ logscale: cluster.origin, key: new Uint8Array(32).fill(5), timeout: 3000 });
    const url = await gateway.listen({ host: "127.0.0.1", port: 0 });
    try {
      return {
        rows: [
          ...(await interleaved(url, isShort ? short : whole)),
          ...(await hostileAnswers(url, cluster)),
          ...(await forgedRequests(url, cluster)),
        ],
      };
    } finally {
      gateway.server.closeAllConnections();
      await gateway.close();
      await cluster.close();
    }
  },
};

/** A cluster that answers each credential with what only it may see, slowly and in pieces; and a neighbour that nobody may ask. */
async function startCluster() {
  const asked: { readonly path: string; readonly host: string }[] = [];
  let raw: string | undefined;
  const strangers = { asked: 0 };
  const canary = createSocketServer((socket) => {
    strangers.asked++;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(canary, "listening");
  const neighbour = `127.0.0.1:${(canary.address() as AddressInfo).port}`;

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    asked.push({ path: request.url ?? "", host: request.headers.host ?? "" });
    const body = await text(request);
    if (raw !== undefined) {
      response.socket?.end(raw.replaceAll("CANARY", neighbour));
      return;
    }
    const token = request.headers.authorization?.replace(/^Bearer /u, "") ?? "";
    const mark = /mark-\d+-\d+/u.exec(body)?.[0] ?? "";
    const number = Number(/\d+$/u.exec(mark)?.[0] ?? 0);
    const user = { id: token.split("~")[0], username: token, fullName: mark, isRoot: true, isOrganizationRoot: false };
    const bytes = Buffer.from(JSON.stringify({ data: { viewer: user, filling: "x".repeat((number * 997) % 40_000) } }));
    await delay((number * 13) % 37);
    // Every eleventh answer breaks off, so that a connection is thrown away while others wait.
    if (mark !== "" && number % 11 === 10) {
      response.writeHead(200, { "content-type": "application/json", "content-length": bytes.length });
      response.write(bytes.subarray(0, 20));
      await delay(5);
      response.destroy();
      return;
    }
    response.writeHead(200, { "content-type": "application/json" });
    for (let at = 0; at < bytes.length; at += 7000) {
      response.write(bytes.subarray(at, at + 7000));
      await delay(1);
    }
    response.end();
  };
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin: `http://${host}`,
    host,
    neighbour,
    asked,
    strangers,
    /** Bytes to answer with from now on; undefined: as at first. */
    answerWith: (bytes: string | undefined) => {
      raw = bytes;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      canary.close();
      await Promise.all([once(server, "close"), once(canary, "close")]);
    },
  };
}

type Cluster = Awaited<ReturnType<typeof startCluster>>;

async function signIn(url: string, token: string): Promise<string> {
  const response = await fetch(`${url}/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ token }),
  });
  if (response.status !== 200) throw new Error(`A sign-in was answered ${response.status}: ${await response.text()}`);
  return response.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
}

async function interleaved(url: string, { sessions, requests }: typeof whole): Promise<DrillRow[]> {
  // Few connections for many sessions: on each of them requests of several follow one another.
  const pool = new Pool(url, { connections: 25 });
  const cookies = await Promise.all(Array.from({ length: sessions }, (_, session) => signIn(url, tokenOf(session))));
  let foreign = 0;
  let wrong = 0;
  let broken = 0;
  const ask = async (session: number, number: number) => {
    const mark = `mark-${session}-${number}`;
    const answer = await pool
      .request({
        method: "POST",
        path: "/graphql",
        headers: { "content-type": "application/json", origin: url, cookie: cookies[session] ?? "" },
        body: JSON.stringify({ query: `{ viewer { id } } # ${mark}` }),
      })
      .then(async ({ statusCode, body }) => ({ statusCode, body: await body.text() }))
      .catch(() => ({ statusCode: 0, body: "" }));
    const others = [...answer.body.matchAll(/(u+\d+)~|mark-(\d+)-(\d+)/gu)].some(
      ([, id, from, which]) =>
        (id !== undefined && id !== tokenOf(session).split("~")[0]) ||
        (from !== undefined && (Number(from) !== session || Number(which) !== number)),
    );
    if (others) foreign++;
    const isCut = number % 11 === 10;
    if (isCut) broken += answer.statusCode === 200 && isWhole(answer.body) ? 1 : 0;
    else if (answer.statusCode !== 200 || !answer.body.includes(mark)) wrong++;
  };
  await Promise.all(
    Array.from({ length: sessions }, async (_, session) => {
      for (let number = 0; number < requests; number += 4) {
        await Promise.all([0, 1, 2, 3].map((more) => ask(session, number + more)));
      }
    }),
  );
  await pool.close();
  const tried = sessions * requests;
  return [
    { what: `answers to ${sessions} sessions at once, none for another session`, tried, lost: foreign },
    { what: "answers that came whole and to the request that asked", tried, lost: wrong },
    { what: "answers that the cluster cut, none passed on as whole", tried: Math.floor(tried / 11), lost: broken },
  ];
}

function isWhole(body: string): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}

async function hostileAnswers(url: string, cluster: Cluster): Promise<DrillRow[]> {
  let passed = 0;
  let unwell = 0;
  for (const [what, bytes] of Object.entries(hostile)) {
    cluster.answerWith(bytes);
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${tokenOf(1)}` },
      body: '{"query":"{ a }"}',
      redirect: "manual",
    }).catch(() => undefined);
    const body = await response?.text().catch(() => "");
    const names = [...(response?.headers.keys() ?? [])];
    const bad =
      (response !== undefined && response.status >= 300 && response.status < 400) ||
      names.some((name) => ["set-cookie", "location", "access-control-allow-origin", "service-worker-allowed"].includes(name)) ||
      response?.headers.get("content-security-policy")?.includes("*") === true ||
      body?.includes('"no"') === true;
    if (bad) {
      passed++;
      console.error(`${what}: passed on as ${response?.status} with ${names.join(", ")}`);
    }
    cluster.answerWith(undefined);
    // The next one on the same gateway is served as if nothing had been.
    const cookie = await signIn(url, tokenOf(2)).catch(() => "");
    if (cookie === "") unwell++;
  }
  const tried = Object.keys(hostile).length;
  return [
    { what: "hostile answers of the cluster, none passed on with what it is after", tried, lost: passed },
    { what: "sign-ins after each of them", tried, lost: unwell },
  ];
}

async function forgedRequests(url: string, cluster: Cluster): Promise<DrillRow[]> {
  const { port } = new URL(url);
  cluster.asked.length = 0;
  for (const forged of forgeries) {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => undefined);
    const body = '{"query":"{ a }"}';
    const head = `${forged.replaceAll("CANARY", cluster.neighbour)}\r\nAuthorization: Bearer ${tokenOf(3)}\r\nContent-Type: application/json`;
    socket.end(`${head}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
    socket.resume();
    await Promise.race([once(socket, "close"), delay(10_000, undefined, { ref: false })]);
    socket.destroy();
  }
  const elsewhere = cluster.asked.filter(
    ({ path, host }) => !clusterPath.test(path) || /\.\.|%2e|:\/\//iu.test(path.split("?", 1)[0] ?? "") || host !== cluster.host,
  );
  for (const { path, host } of elsewhere) console.error(`The cluster was asked for ${path} under the name ${host}.`);
  const tried = forgeries.length;
  return [
    { what: "forged requests, none of which reached anybody but the cluster", tried, lost: cluster.strangers.asked },
    {
      what: "forged requests, none of which reached the cluster but under its name and at LogScale's paths",
      tried,
      lost: elsewhere.length,
    },
  ];
}
