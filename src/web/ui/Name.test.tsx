import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";

import { nameInText } from "#domain/name.ts";

import { Name, Words } from "./Name.tsx";

describe("a name on the page", () => {
  it("is isolated from its surroundings, with invisible characters as code points", () => {
    expect(renderToStaticMarkup(<Name>{"safe-\u202Egpj.nekot"}</Name>)).toBe("<bdi>safe-⟨U+202E⟩gpj.nekot</bdi>");
    expect(renderToStaticMarkup(<Name>{"<b>שלום</b>"}</Name>)).toBe("<bdi>&lt;b&gt;שלום&lt;/b&gt;</bdi>");
  });

  it("is isolated within a sentence where it runs from right to left", () => {
    const sentence = `Delete ${nameInText("שלום 1")} of ${nameInText("web")} and ${nameInText("عربي")}?`;
    expect(renderToStaticMarkup(<Words>{sentence}</Words>)).toBe("Delete <bdi>שלום 1</bdi> of web and <bdi>عربي</bdi>?");
  });
});
