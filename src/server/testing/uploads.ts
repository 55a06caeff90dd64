import { once } from "node:events";
import { request as httpRequest, type Agent } from "node:http";
import { connect } from "node:net";

/** What came back. */
interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A body, and where to and how it is sent. */
export interface Upload {
  /** Origin of the server. */
  readonly url: string;
  readonly path: string;
  readonly body: Buffer;
  /** Whether the length is told before; true unless given. */
  readonly announced?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends as the plainest of clients do, Python's among them: the whole request first, which fails where the pipe breaks, and only then it
 * reads.
 */
export async function sendAllThenRead({ url, path, body, announced = true, headers = {} }: Upload): Promise<Answer> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1").pause();
  const framing = announced ? `content-length: ${body.length}` : "transfer-encoding: chunked";
  const lines = [`POST ${path} HTTP/1.1`, "host: x", framing, ...Object.entries(headers).map((header) => header.join(": "))];
  const pieces = announced ? [body] : [`${body.length.toString(16)}\r\n`, body, "\r\n0\r\n\r\n"];
  for (const part of [`${lines.join("\r\n")}\r\n\r\n`, ...pieces]) {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.write(part, (error) => (error ? reject(error) : resolve()));
    });
  }
  let text = "";
  socket.setEncoding("latin1").on("data", (part: string) => (text += part));
  const whole = () => {
    const end = text.indexOf("\r\n\r\n") + 4;
    const [, length] = /^content-length: (\d+)/imu.exec(text.slice(0, end)) ?? [];
    return length !== undefined && text.length - end >= Number(length);
  };
  socket.resume();
  while (!whole() && !socket.closed) await Promise.race([once(socket, "data"), once(socket, "close")]);
  socket.destroy();
  return { status: Number(text.slice(9, 12)), text: text.slice(text.indexOf("\r\n\r\n") + 4) };
}

/** Sends over the connections of an agent, as Node's own client does. */
export async function sendByNode(agent: Agent, { url, path, body, announced = true, headers = {} }: Upload): Promise<Answer> {
  const length = announced && { "content-length": body.length };
  const request = httpRequest(new URL(path, url), { method: "POST", agent, headers: { ...headers, ...length } });
  // Of what goes wrong before the answer `once` tells; afterwards it does not matter.
  request.on("error", () => undefined);
  request.write(body);
  request.end();
  const [response] = (await once(request, "response")) as [AsyncIterable<Buffer> & { statusCode?: number }];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return { status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() };
}
