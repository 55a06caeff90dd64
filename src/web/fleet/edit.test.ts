import { describe, expect, it } from "vitest";

import { baseOf, isCurrent, textOf, typed } from "./edit.ts";
import type { ConfigurationTexts } from "./queries.ts";

const configuration: ConfigurationTexts = {
  id: "c",
  name: "configuration",
  description: null,
  version: 3,
  size: 4,
  modifiedAt: 10,
  modifiedBy: "somebody",
  draftModifiedAt: 10,
  yaml: "a: 1",
  draft: "a: 2",
  readAt: 11,
};

describe("the text to edit", () => {
  it("is the draft, else the published text, else empty", () => {
    expect(textOf({ draft: "a: 2", yaml: "a: 1" })).toBe("a: 2");
    expect(textOf({ draft: "", yaml: "a: 1" })).toBe("");
    expect(textOf({ draft: null, yaml: "a: 1" })).toBe("a: 1");
    expect(textOf({ draft: null, yaml: null })).toBe("");
  });

  it("has the line ends that the editor writes", () => {
    expect(textOf({ draft: "a: 1\r\nb: 2\rc: 3\n", yaml: null })).toBe("a: 1\nb: 2\nc: 3\n");
  });
});

describe("an edit", () => {
  it("exists once the text differs, and ends when that is undone", () => {
    const edit = typed("a: 3", undefined, configuration);
    expect(edit).toEqual({ text: "a: 3", base: { version: 3, draftModifiedAt: 10 } });
    expect(typed("a: 2", edit, configuration)).toBeUndefined();
  });

  it("keeps the base it started from when somebody else publishes or saves a draft", () => {
    const edit = typed("a: 3", undefined, configuration);
    for (const changed of [
      { ...configuration, version: 4, draft: null, draftModifiedAt: null },
      { ...configuration, draft: "a: 9", draftModifiedAt: 20 },
    ]) {
      const next = typed("a: 34", edit, changed);
      expect(next?.base).toEqual(baseOf(configuration));
      expect(isCurrent(baseOf(configuration), changed)).toBe(false);
    }
  });

  it("stays when somebody else saved the same text, until that was looked at", () => {
    const edit = typed("a: 3", undefined, configuration);
    expect(typed("a: 9", edit, { ...configuration, draft: "a: 9", draftModifiedAt: 20 })).toBeDefined();
  });
});
