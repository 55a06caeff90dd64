import { createRequest } from "urql";
import { describe, expect, it } from "vitest";

import { OneTokenDocument } from "#logscale/generated/token.ts";

import { exactVariables, readingText, wholeData } from "./exact.ts";

const far = 9_223_372_036_854_775_807n;

describe("64-bit numbers in a request", () => {
  it("are sent to the last digit, though urql takes no bigint", async () => {
    const variables = { input: { expireAt: far, maxima: [far, 5, null], name: "9223372036854775807" } };
    const { plain, into } = exactVariables(variables);
    const { key } = createRequest(OneTokenDocument, { id: "", ...plain });
    expect(key).toEqual(expect.any(Number));
    const { body, method } = await into({
      method: "POST",
      body: JSON.stringify({ query: "{ a }", variables: plain, extensions: { a: 1 } }),
    });
    expect(method).toBe("POST");
    expect(body).toBe(
      '{"query":"{ a }","variables":{"input":{"expireAt":9223372036854775807,"maxima":[9223372036854775807,5,null],"name":"9223372036854775807"}},"extensions":{"a":1}}',
    );
  });

  it("leave every other request unchanged", async () => {
    const variables = { a: Number.MAX_SAFE_INTEGER };
    const { plain, into } = exactVariables(variables);
    const init = { body: "as it is" };
    expect(plain).toBe(variables);
    expect(await into(init)).toBe(init);
  });
});

describe("64-bit numbers in an answer", () => {
  it("are read to the last digit, though urql would round them", async () => {
    const sent = '{"data":{"token":{"expireAt":9223372036854775807,"id":"a"}}}';
    let kept: string | undefined;
    const response = readingText(new Response(sent), (text) => {
      kept = text;
    });
    const { data }: { data: unknown } = JSON.parse(await response.text());
    expect(data).not.toEqual({ token: { expireAt: far, id: "a" } });
    expect(await wholeData(data, kept)).toEqual({ token: { expireAt: far, id: "a" } });
  });

  it("are looked for in no other answer: what urql read is given as it is", async () => {
    const data = {};
    expect(await wholeData(data, '{"data":{"at":1700000000000}}')).toBe(data);
    expect(await wholeData(data, undefined)).toBe(data);
  });
});
