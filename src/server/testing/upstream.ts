import { createServer, type Server, type Socket } from "node:net";

/** What arrived at an {@link Upstream}, byte for byte. */
export interface ReceivedRequest {
  readonly method: string;
  readonly target: string;
  /** Names as sent; values as sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body as it stands on the line, chunked or not, decoded from chunks. */
  readonly body: Buffer;
}

/** An answer that does not wait for the body. */
export interface EarlyAnswer {
  readonly answer: Buffer;
  /** What becomes of the connection. To hang up on what was sent but not read makes the other side's further writing fail. */
  readonly afterwards: "hang up" | "read on" | "stop reading";
}

/** A server that says exactly what it is told to, and keeps exactly what it got. */
export interface Upstream {
  readonly origin: string;
  readonly received: readonly ReceivedRequest[];
  /** How many connections are open. */
  readonly connections: number;
  /** What to answer from now on: the bytes, `hang` (nothing, ever) or `cut` (the connection closed). */
  answer: Buffer | "hang" | "cut";
  /** What to answer at the head of a request, whose body is then not looked at; undefined: the body is waited for. */
  early: EarlyAnswer | undefined;
  close(): Promise<void>;
}

/** An answer with a length and further headers. */
export function httpAnswer(status: string, headers: Readonly<Record<string, string>>, body: Buffer | string = ""): Buffer {
  const lines = Object.entries({ ...headers, "content-length": String(Buffer.byteLength(body)) });
  const head = [`HTTP/1.1 ${status}`, ...lines.map(([name, value]) => `${name}: ${value}`), "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body)]);
}

/** Starts an upstream on a free port of the loopback address; it answers `{"data":{}}` until told otherwise. */
export async function startUpstream(): Promise<Upstream> {
  const received: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    let bytes = Buffer.alloc(0);
    let answered = false;
    socket.on("data", (chunk) => {
      if (answered) return;
      bytes = Buffer.concat([bytes, chunk]);
      if (upstream.early !== undefined) {
        if (!bytes.includes("\r\n\r\n")) return;
        answered = true;
        socket.write(upstream.early.answer);
        if (upstream.early.afterwards === "hang up") socket.destroySoon();
        if (upstream.early.afterwards === "stop reading") socket.pause();
        return;
      }
      for (let parsed = takeRequest(bytes); parsed !== undefined; parsed = takeRequest(bytes)) {
        received.push(parsed.request);
        bytes = parsed.rest;
        if (upstream.answer === "cut") socket.destroy();
        else if (upstream.answer !== "hang") socket.write(upstream.answer);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The upstream has no port.");
  const upstream: Upstream = {
    origin: `http://127.0.0.1:${address.port}`,
    received,
    get connections() {
      return sockets.size;
    },
    answer: httpAnswer("200 OK", { "content-type": "application/json" }, '{"data":{}}'),
    early: undefined,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return upstream;
}

/** The first request of the bytes, once it is whole. */
function takeRequest(bytes: Buffer): { readonly request: ReceivedRequest; readonly rest: Buffer<ArrayBuffer> } | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [start = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const [method = "", target = ""] = start.split(" ");
  const headers = lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()] as const);
  const valueOf = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  const rest = bytes.subarray(end + 4);
  if (valueOf("transfer-encoding") === "chunked") {
    const parts: Buffer[] = [];
    let at = 0;
    for (;;) {
      const line = rest.indexOf("\r\n", at);
      if (line < 0) return undefined;
      const length = Number.parseInt(rest.toString("latin1", at, line), 16);
      const next = line + 2 + length + 2;
      if (rest.length < next) return undefined;
      parts.push(rest.subarray(line + 2, line + 2 + length));
      at = next;
      if (length === 0)
        return { request: { method, target, headers, body: Buffer.concat(parts) }, rest: Buffer.from(rest.subarray(at)) };
    }
  }
  const length = Number(valueOf("content-length") ?? 0);
  if (rest.length < length) return undefined;
  return { request: { method, target, headers, body: rest.subarray(0, length) }, rest: Buffer.from(rest.subarray(length)) };
}
