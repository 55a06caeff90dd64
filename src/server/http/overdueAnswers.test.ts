import { createServer, IncomingMessage, ServerResponse } from "node:http";
import { connect, Socket, type AddressInfo } from "node:net";

import { expect, it, onTestFinished, vi } from "vitest";

import { OverdueAnswers } from "./overdueAnswers.ts";

it("the connection of a client that does not take its answer is ended in time, and that of no other", async () => {
  const longest = 320;
  const overdue = new OverdueAnswers(longest);
  const watched: { readonly path: string; readonly since: number; endedAfter?: number }[] = [];
  const begin = (path: string, answer: ServerResponse) => {
    const one: (typeof watched)[number] = { path, since: performance.now() };
    watched.push(one);
    answer.once("close", () => {
      overdue.taken(answer);
      one.endedAfter = performance.now() - one.since;
    });
    overdue.watch(answer);
  };
  // A connection that waits for its next request is not the server's to end here.
  const server = createServer({ keepAliveTimeout: 0 }, (request, answer) => {
    begin(request.url ?? "", answer);
    // More than the system keeps for a reader.
    answer.end(request.url === "/taken" ? "ok" : Buffer.alloc(64_000_000));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const ask = (path: string) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(`GET ${path} HTTP/1.1\r\nHost: here\r\n\r\n`);
    return socket;
  };
  const taking = ask("/taken").resume();
  ask("/first").pause();
  await expect.poll(() => watched).toHaveLength(2);
  await new Promise((resolve) => setTimeout(resolve, longest / 2));
  ask("/second").pause();
  await expect.poll(() => watched).toHaveLength(3);
  await expect.poll(() => watched.map(({ endedAfter }) => endedAfter)).not.toContain(undefined);
  for (const { path, endedAfter } of watched) {
    if (path !== "/taken") expect(endedAfter, path).toBeGreaterThanOrEqual(longest - 1);
  }
  // A connection whose answer was taken stays open for the next.
  expect(taking.closed).toBe(false);
  taking.destroy();
  server.closeAllConnections();
  server.close();
});

it("an answer is given a sixteenth more than its time at most, and nothing is looked for while none waits", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const overdue = new OverdueAnswers(320);
  const watch = () => {
    const answer = new ServerResponse(new IncomingMessage(new Socket()));
    overdue.watch(answer);
    return answer;
  };
  for (const _ of ["at first", "after nothing waited"]) {
    const first = watch();
    vi.advanceTimersByTime(10);
    const taken = watch();
    const second = watch();
    expect(vi.getTimerCount()).toBe(1);
    overdue.taken(taken);
    vi.advanceTimersByTime(309);
    expect(first.destroyed).toBe(false);
    vi.advanceTimersByTime(11);
    expect([first.destroyed, second.destroyed]).toEqual([true, false]);
    vi.advanceTimersByTime(20);
    expect([second.destroyed, taken.destroyed]).toEqual([true, false]);
    expect(vi.getTimerCount()).toBe(0);
  }
});
