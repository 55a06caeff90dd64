import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { CallError } from "./failure.ts";
import { queryClient } from "./queryClient.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  queryClient.clear();
  vi.useRealTimers();
});

it("asks a server that does not answer three times, however many queries read through one another", async () => {
  let asked = 0;
  const inner = {
    queryKey: ["inner"],
    queryFn: async (): Promise<string> => {
      asked += 1;
      throw new CallError({ kind: "unreachable", message: "The server does not answer." });
    },
  };
  const middle = { queryKey: ["middle"], queryFn: async () => queryClient.query(inner) };
  const outer = queryClient.query({ queryKey: ["outer"], queryFn: async () => queryClient.query(middle) });
  const failure = expect(outer).rejects.toThrow("The server does not answer.");
  await vi.runAllTimersAsync();
  await failure;
  expect(asked).toBe(3);
});

it("asks again when the reader does, after it gave up", async () => {
  let asked = 0;
  const query = {
    queryKey: ["query"],
    queryFn: async (): Promise<string> => {
      asked += 1;
      if (asked <= 4) throw new CallError({ kind: "unreachable", message: "The server does not answer." });
      return "read";
    },
  };
  const failure = expect(queryClient.query(query)).rejects.toThrow("The server does not answer.");
  await vi.runAllTimersAsync();
  await failure;
  const second = queryClient.query(query);
  await vi.runAllTimersAsync();
  expect(await second).toBe("read");
  expect(asked).toBe(5);
});
