import { describe, expect, it } from "vitest";

import { goesInPlain, isOwnMachine, serverUrl } from "./server.ts";
import type { Session } from "./session.ts";

describe("the URL of the server", () => {
  const session: Session = { clientAddress: "192.0.2.7", backend: "gateway", host: "logs.example.com:8080", extensions: [] };

  it("is the one that the gateway reaches the cluster by, where there is a gateway", () => {
    expect(serverUrl({ ...session, scheme: "http" })).toBe("http://logs.example.com:8080");
    expect(serverUrl({ ...session, scheme: "https" })).toBe("https://logs.example.com:8080");
  });

  it("is assumed to use HTTPS where the gateway does not say", () => {
    expect(serverUrl(session)).toBe("https://logs.example.com:8080");
  });
});

describe("a URL", () => {
  it.each([
    "http://127.0.0.1:8080",
    "http://localhost:8080",
    "https://tokens.localhost/base",
    "http://[::1]:8080",
    "http://127.1.2.3",
    "http://0.0.0.0:8080",
    "http://[::]:8080",
  ])("%s is each machine's own", (url) => expect(isOwnMachine(url)).toBe(true));

  it.each([
    "https://logs.example.com:8443/base",
    "http://10.0.0.1",
    "http://127.example.com",
    "https://localhost.example.com",
    "x",
  ])("%s can be reached by other machines, for all that is known", (url) => expect(isOwnMachine(url)).toBe(false));
});

describe("what is sent", () => {
  it.each([
    ["http://tokens.example.com", true],
    ["http://10.0.0.7:8080", true],
    ["https://tokens.example.com", false],
    ["http://127.0.0.1:8080", false],
    ["http://localhost:8080", false],
    ["http://[::1]:8080", false],
  ])("to %s can be read on the way: %s", (url, inPlain) => expect(goesInPlain(url)).toBe(inPlain));
});
