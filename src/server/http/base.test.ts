import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";

import { describe, expect, it } from "vitest";

import { createBase } from "./base.ts";

describe("a request", () => {
  /** Sends the lines of a head as they are; the answer. */
  async function answerTo(...lines: readonly string[]): Promise<string> {
    const app = await createBase({});
    app.all("/*", () => "served");
    await app.listen({ host: "127.0.0.1", port: 0 });
    const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
    let text = "";
    socket.setEncoding("latin1").on("data", (part: string) => (text += part));
    socket.end(["GET / HTTP/1.1", ...lines, "Connection: close", "", ""].join("\r\n"));
    await once(socket, "close");
    await app.close();
    return text;
  }

  it("is served with one of each header", async () => {
    const headers = ["Host: a", "Authorization: Bearer x", "Content-Type: a/b", "Origin: http://a", "Accept: a", "Accept: b"];
    expect(await answerTo(...headers)).toMatch(/^HTTP\/1\.1 200 .*served$/su);
  });

  it("is answered with what helmet says, refused or not, but for what the answer says itself", async () => {
    const app = await createBase({ publicUrl: "https://tokens.example.com" });
    app.get("/own", (_request, reply) => reply.header("content-security-policy", "default-src 'self'").send("served"));
    const said = {
      "content-security-policy": "default-src 'none';frame-ancestors 'none'",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "origin-agent-cluster": "?1",
      "referrer-policy": "same-origin",
      "strict-transport-security": "max-age=31536000",
      "x-content-type-options": "nosniff",
      "x-dns-prefetch-control": "off",
      "x-download-options": "noopen",
      "x-frame-options": "DENY",
      "x-permitted-cross-domain-policies": "none",
      "x-xss-protection": "0",
    };
    expect((await app.inject("/nothing")).headers).toMatchObject(said);
    const own = { ...said, "content-security-policy": "default-src 'self'" };
    for (let time = 0; time < 2; time++) expect((await app.inject("/own")).headers).toMatchObject(own);
    await app.close();
  });

  it.each(["Host", "Authorization", "Content-Type", "Origin"])(
    "with two %s headers is refused, whether they differ or not",
    async (name) => {
      for (const second of ["a", "b"]) {
        const head = name === "Host" ? [] : ["Host: a"];
        const answer = await answerTo(...head, `${name}: a`, `${name.toUpperCase()}: ${second}`);
        expect(answer).toMatch(/^HTTP\/1\.1 400 /u);
        expect(answer).toContain(`{"message":"A request has one ${name.toLowerCase()} header at most."}`);
      }
    },
  );
});
