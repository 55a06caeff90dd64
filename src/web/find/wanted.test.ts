import { describe, expect, it } from "vitest";

import { searchedFor, withoutSecret } from "./wanted.ts";

const secret = "s".repeat(44);
const typed = (keys: string) => keys.split("").reduce((text, key) => withoutSecret(text + key, text), "");

describe("the text that is searched for", () => {
  it("never holds the secret of a token that is pasted", () => {
    expect(withoutSecret(`${"a".repeat(32)}~${secret}`)).toBe(`${"a".repeat(32)}~`);
    expect(withoutSecret(`kX9pQ2vL7mN4wR8zT3bY6cF1~${secret}`)).toBe("kX9pQ2vL7mN4wR8zT3bY6cF1~");
    expect(withoutSecret(`Bearer ${"a".repeat(24)}~${secret}\n`)).not.toContain(secret);
    expect(withoutSecret("0A1b2c3d-0000-4000-8000-0123456789ab")).toBe("~");
    expect(withoutSecret("ci 0a1b2c3d-0000-4000-8000-0123456789ab")).toBe("ci ~");
    expect(withoutSecret("eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2ln")).toBe("~");
  });

  it.each([
    "4f9a1c07be52d8e3a6f0b7c1d2e3f4a5b6c7d8e9",
    "p4$9Qz!x7Vb2@Lm5",
    "kX9pQ2vL7mN4wR8zT3bY6cF1hJ5",
    "acme-9fK2xL7pQ4mZ8wR1vN3tB6y",
  ])("does not keep %s, which somebody may have drawn by lot as a value", (value) => {
    expect(withoutSecret(value)).toBe("~");
    expect(withoutSecret(`token ${value}`, "token ")).toBe("token ~");
  });

  it.each([
    "ci-deploy",
    "ci-deploy-checkout-ap1",
    "van-gateway (old firmware)",
    "fluent-bit daemonset 2024-11-05",
    "productioncluster2025eu",
    "myProductionServerEuWest1Blue",
    "k8s-prod-eu-west-1a-node-07",
    "Überwachung der Zahlungsabwicklung",
    "linux_baseline_v2.3.11",
    "ChangeOrganizationPermissions",
    "10.20.30.40/24",
    "lvjWg8bJIczGwLJ0Lp8ln2h3iG0Ri1ZD",
    "kX9pQ2vL7mN4wR8zT3bY6cF1",
  ])("keeps %s, which is a name or has the form of an id", (text) => {
    expect(withoutSecret(text)).toBe(text);
    expect(typed(text)).toBe(text);
  });

  it("never holds more than a third of a secret that is typed key by key", () => {
    expect(typed(`abc~${secret}`)).toBe("abc~");
    expect(typed(`~${secret}`)).toBe("~");
    expect(typed("0a1b2c3d-0000-4000-8000-0123456789ab")).toBe("~");
  });

  it("ends where a secret begins", () => {
    expect(searchedFor("abc~")).toEqual({ wanted: "abc", removed: true });
    expect(searchedFor(" abc ")).toEqual({ wanted: "abc", removed: false });
    expect(searchedFor("~")).toEqual({ wanted: "", removed: true });
  });
});
