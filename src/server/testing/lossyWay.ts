import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";

import { onTestFinished } from "vitest";

/**
 * What becomes of the answer to a commit, and of the connection after it: all of the answer is lost, or only what follows "it is committed",
 * or in its place come the last words of a server that was told to end just then, and whose messages are in Russian.
 */
type Loss = "answer" | "what follows" | "but for last words";

/** What PostgreSQL answers to a commit. */
const committed = Buffer.from("C\0\0\0\u{b}COMMIT\0");

/** The language changes how the severity is told, too. Drivers read the first of the two. */
const lastWords = message("E", ["SВАЖНО", "VFATAL", "C57P01", "Mзакрытие подключения по команде администратора", ""]);

function message(type: string, fields: readonly string[]): Buffer {
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(""));
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

/** A way to a PostgreSQL database on which answers to commits can be lost: what they tell of is in force all the same. */
export async function lossyWayTo(databaseUrl: string) {
  const { hostname, port } = new URL(databaseUrl);
  let loss: Loss | undefined;
  let lost = 0;
  const server = createServer((socket) => {
    const upstream = connect(Number(port), hostname);
    for (const end of [socket, upstream]) end.on("error", () => {});
    socket.pipe(upstream);
    socket.on("close", () => upstream.destroy());
    upstream.on("close", () => socket.end());
    upstream.on("data", (data) => {
      const at = loss === undefined ? -1 : data.indexOf(committed);
      if (at < 0) {
        socket.write(data);
        return;
      }
      lost++;
      upstream.removeAllListeners("data");
      if (loss === "answer") socket.destroy();
      else if (loss === "what follows") socket.end(data.subarray(0, at + committed.length));
      else socket.end(Buffer.concat([data.subarray(0, at), lastWords]));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    lose: (what: Loss | undefined) => void (loss = what),
    /** How many answers were lost so far. */
    lost: () => lost,
  };
}
