import { gzipSync } from "node:zlib";

import { expect, it } from "vitest";

import { decodeBody } from "./body.ts";
import { IngestRefusal } from "./refusal.ts";

const limit = 8_388_608;

it("bodies are unpacked one at a time, so that many small ones never take the memory of all at once", async () => {
  const large = gzipSync(Buffer.alloc(limit));
  const small = gzipSync("small");
  const order: number[] = [];
  await Promise.all(
    [large, small, large, small].map(async (body, place) => {
      const { length } = await decodeBody(body, "gzip", limit);
      order.push(place, length);
    }),
  );
  expect(order).toEqual([0, limit, 1, 5, 2, limit, 3, 5]);
});

it("a body that cannot be unpacked is refused, and the next one is unpacked", async () => {
  const refused = [decodeBody(gzipSync(Buffer.alloc(limit)), "gzip", 1000), decodeBody(Buffer.from("plain"), "gzip", limit)];
  const next = decodeBody(gzipSync("next"), "gzip", limit);
  const outcomes = await Promise.allSettled(refused);
  expect(outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason)).toEqual([
    expect.any(IngestRefusal),
    expect.any(IngestRefusal),
  ]);
  expect((await next).toString()).toBe("next");
});
