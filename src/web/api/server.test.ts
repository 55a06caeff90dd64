import { describe, expect, it } from "vitest";

import { serverAddress } from "./server.ts";
import type { Session } from "./session.ts";

describe("the address of the server", () => {
  const session: Session = { clientAddress: "192.0.2.7", backend: "gateway", host: "logs.example.com:8080", extensions: [] };

  it("is in front of a cluster the one by which the gateway reaches it", () => {
    expect(serverAddress({ ...session, scheme: "http" })).toBe("http://logs.example.com:8080");
    expect(serverAddress({ ...session, scheme: "https" })).toBe("https://logs.example.com:8080");
  });

  it("is taken for one of https where the gateway does not tell", () => {
    expect(serverAddress(session)).toBe("https://logs.example.com:8080");
  });
});
