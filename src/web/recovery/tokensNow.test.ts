import { describe, expect, it } from "vitest";

import { tokenKinds } from "#domain/token/kinds.ts";
import { aToken, testNow } from "#domain/testing.ts";
import type { TokenList } from "#web/api/tokens.ts";

import { tokensNow } from "./tokensNow.ts";

describe("the tokens that a kit meets", () => {
  it.each(tokenKinds)(
    "hold every %s token that is there, and as namesakes those made since the kit was saved by others",
    (kind) => {
      const tokens = [
        aToken({ kind, id: "old", name: "deploy", createdAt: testNow - 2 }),
        aToken({ kind, id: "new", name: "deploy", createdAt: testNow }),
        aToken({ kind, id: "here", name: "deploy", createdAt: testNow }),
      ];
      const list: TokenList = {
        tokens,
        seen: 3,
        total: 3,
        visibility: "complete",
        listable: "complete",
        unknown: 0,
        steady: true,
        loadedAt: testNow,
      };
      const { present, namesakes } = tokensNow([undefined, list], testNow, [{ at: "kept", id: "here" }]);
      expect([...present.keys()]).toEqual(["old", "new", "here"]);
      expect(namesakes(kind, "deploy ")).toBe(1);
      for (const other of tokenKinds) if (other !== kind) expect(namesakes(other, "deploy")).toBe(0);
    },
  );
});
