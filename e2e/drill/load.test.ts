import { describe, expect, it } from "vitest";

import { outcomeOf, usualSlowest } from "./load.ts";

describe("The drill of load", () => {
  it("takes a refusal for a busy server only where it says when to come again", () => {
    expect(outcomeOf({ status: 429, saysWhen: true, text: "" }, 200)).toBe("busy");
    expect(outcomeOf({ status: 503, saysWhen: true, text: "" }, 200)).toBe("busy");
    expect(outcomeOf({ status: 503, saysWhen: false, text: "The server failed. Its log says why; send again later." }, 200)).toBe(
      "failed",
    );
  });

  it("counts an answer as a failure unless it is the one that should come", () => {
    expect(outcomeOf({ status: 200, saysWhen: false, text: '{"data":{"users":[]}}' }, 200)).toBe("fine");
    expect(outcomeOf({ status: 401, saysWhen: false, text: "" }, 401)).toBe("fine");
    expect(outcomeOf({ status: 401, saysWhen: false, text: "" }, 200)).toBe("failed");
    expect(outcomeOf({ status: 200, saysWhen: false, text: "{}" }, 401)).toBe("failed");
    expect(outcomeOf({ status: 200, saysWhen: false, text: '{"data":null,"errors":[{"message":"Not allowed"}]}' }, 200)).toBe(
      "failed",
    );
  });

  it("finds answers that have become slow, and not a single stall", () => {
    const usual = Array.from({ length: 3000 }, () => 10);
    expect(usualSlowest(usual, 750)).toBe(10);
    expect(usualSlowest(usual.with(40, 1000).fill(1000, 800, 850), 750)).toBe(10);
    expect(
      usualSlowest(
        usual.map((time, place) => (place % 50 === 0 ? 100 : time)),
        750,
      ),
    ).toBe(100);
    expect(usualSlowest([5, 10, 20], 750)).toBe(20);
  });
});
