import { describe, expect, it } from "vitest";

import { requestIdHeader } from "#logscale/errors.ts";
import { mostQueries } from "#logscale/queries.ts";

import { togetherFetch } from "./together.ts";

/** A fetch that sends together, with what was sent, and how. `answer` makes the answer to a list of bodies. */
function observed(answer: (bodies: readonly unknown[]) => Response | Promise<Response>) {
  const together: unknown[][] = [];
  const alone: string[] = [];
  const aborted: boolean[] = [];
  const ask = togetherFetch(
    async (bodies, signal) => {
      const list = JSON.parse(bodies) as unknown[];
      together.push(list);
      const place = together.length - 1;
      aborted[place] = false;
      signal.addEventListener("abort", () => (aborted[place] = true));
      return answer(list);
    },
    async (_, init) => {
      if (typeof init?.body === "string") alone.push(init.body);
      return new Response('{"data":"alone"}', { headers: { "content-type": "application/json" } });
    },
  );
  const query = (body: unknown, signal?: AbortSignal) =>
    ask("/graphql", { method: "POST", body: JSON.stringify(body), ...(signal && { signal }) });
  return { query, together, alone, aborted };
}

const echoed = (bodies: readonly unknown[]) =>
  new Response(bodies.map((body) => `${JSON.stringify({ data: body })}\n`).join(""), {
    headers: { "content-type": "application/x-ndjson" },
  });

describe("queries of one moment", () => {
  it("go together, and each gets its own answer to the last digit", async () => {
    const { query, together, alone } = observed(
      () => new Response('{"data":1}\n{"data":12345678901234567890}\n{"data":"a\\nb"}\n'),
    );
    const responses = await Promise.all([query("a"), query("b"), query("c")]);
    expect(together).toEqual([["a", "b", "c"]]);
    expect(alone).toEqual([]);
    expect(await Promise.all(responses.map((response) => response.text()))).toEqual([
      '{"data":1}',
      '{"data":12345678901234567890}',
      '{"data":"a\\nb"}',
    ]);
    expect(responses.map(({ status, headers }) => [status, headers.get("content-type")])).toEqual(
      responses.map(() => [200, "application/json"]),
    );
  });

  it("go alone where there is one", async () => {
    const { query, together, alone } = observed(echoed);
    expect(await (await query("a")).json()).toEqual({ data: "alone" });
    expect(await (await query("b")).json()).toEqual({ data: "alone" });
    expect([together, alone]).toEqual([[], ['"a"', '"b"']]);
  });

  it("go in as many requests as it takes", async () => {
    const { query, together, alone } = observed(echoed);
    const numbers = Array.from({ length: 2 * mostQueries + 1 }, (_, index) => index);
    await Promise.all(numbers.map((number) => query(number)));
    expect(together.map(({ length }) => length)).toEqual([mostQueries, mostQueries]);
    expect(alone).toEqual([String(2 * mostQueries)]);
  });

  it("each get the refusal of the request they went with", async () => {
    const { query } = observed(
      () => new Response('{"message":"No"}', { status: 401, headers: { "content-type": "text/plain" } }),
    );
    for (const response of await Promise.all([query("a"), query("b")])) {
      expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
        401,
        "text/plain",
        '{"message":"No"}',
      ]);
    }
  });

  it("are all quoted by the id of the request they went with", async () => {
    const headers = { [requestIdHeader]: "9f3c1a2b7d040011" };
    for (const answer of [new Response('{"data":1}\n{"data":2}\n', { headers }), new Response("no", { status: 500, headers })]) {
      const { query } = observed(() => answer);
      const responses = await Promise.all([query("a"), query("b")]);
      expect(responses.map((response) => response.headers.get(requestIdHeader))).toEqual(responses.map(() => "9f3c1a2b7d040011"));
    }
    const { query } = observed(echoed);
    for (const response of await Promise.all([query("a"), query("b")])) expect(response.headers.has(requestIdHeader)).toBe(false);
  });

  it("get no answer of another where lines are missing", async () => {
    const { query } = observed(() => new Response('{"data":1}\n'));
    const results = await Promise.allSettled([query("a"), query("b")]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  it("fail together where nobody answers", async () => {
    const { query } = observed(() => Promise.reject(new TypeError("gone")));
    const results = await Promise.allSettled([query("a"), query("b")]);
    expect(results).toEqual(results.map(() => ({ status: "rejected", reason: new TypeError("gone") })));
  });

  it("are called off one by one, and the request with the last", async () => {
    let answer = (_: Response) => {};
    const { query, together, aborted } = observed(() => new Promise((resolve) => (answer = resolve)));
    const [one, two] = [new AbortController(), new AbortController()];
    const asked = [query("a", one.signal), query("b", two.signal)];
    const settled = Promise.allSettled(asked);
    await expect.poll(() => together.length).toBe(1);
    one.abort(new Error("left"));
    expect(aborted).toEqual([false]);
    await expect(asked[0]).rejects.toThrow("left");
    two.abort(new Error("left too"));
    expect(aborted).toEqual([true]);
    answer(echoed(["a", "b"]));
    await settled;
    await expect(asked[1]).rejects.toThrow("left too");
  });
});
