import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { escapeHidden, likeness, nameHolds, nameInText, visibleName } from "./name.ts";
import { nameSchema } from "./nameSchema.ts";

const messageOf = (name: string) => nameSchema("token").safeParse(name).error?.issues[0]?.message;

/** Characters that nobody sees, or that turn text round, each alone enough to refuse a name. */
const hiddenCharacters = [
  "\u00AD",
  "\u034F",
  "\u061C",
  "\u115F",
  "\u1160",
  "\u17B4",
  "\u180E",
  "\u200B",
  "\u200C",
  "\u200D",
  "\u200E",
  "\u200F",
  "\u202A",
  "\u202E",
  "\u2060",
  "\u2064",
  "\u2066",
  "\u2069",
  "\u2800",
  "\u3164",
  "\uFE00",
  "\uFE0F",
  "\uFEFF",
  "\uFFA0",
  "\uFFF9",
  "\uFFFE",
  "\u{1BCA0}",
  "\u{1D159}",
  "\u{1D173}",
  "\u{E0001}",
  "\u{E0061}",
  "\u{E0100}",
];

describe("a name", () => {
  it.each(hiddenCharacters)(
    "of an invisible character only, or with one in it, is refused and the character named (%j)",
    (hidden) => {
      const point = `U+${hidden.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0") ?? ""}`;
      // The byte order mark counts as a space, and is trimmed.
      expect(messageOf(hidden)).toBe(
        hidden === "\uFEFF"
          ? "Give the token a name."
          : `A name cannot contain invisible characters, or ones that reverse text. Delete ${point} (character 1).`,
      );
      expect(messageOf(`😀a${hidden}b`)).toContain(`Delete ${point} (character 3).`);
    },
  );

  it.each(["a\nb", "a\u0000b", "a\u0085b", "a\u2028b", "a\u2029b", "a\uD800b"])(
    "with a line break or control in it is refused (%j)",
    (name) => {
      expect(messageOf(name)).toBe("A name cannot contain line breaks or control characters.");
    },
  );

  it.each(["", " ", "\u3000", "\u00A0\u2003"])("of nothing but spaces is none (%j)", (name) => {
    expect(messageOf(name)).toBe("Give the token a name.");
  });

  it("begins with something that stands by itself", () => {
    expect(messageOf("\u0301a")).toBe("A name begins with a character that can be seen by itself.");
  });

  it.each([
    "deploy-pipeline",
    "büro",
    "de\u0301ploy",
    "日本　東京",
    "שלום",
    "مرحبا 12",
    // What joins letters and emoji is seen by what it does.
    "می\u200Cخواهم",
    "क्\u200Dष",
    "👩\u200D💻 build",
    "👩🏽\u200D💻",
    "❤\uFE0F",
    "1\uFE0F\u20E3",
    "a/b",
    "..",
    "=1+1",
  ])("of any script is taken (%j)", (name) => {
    expect(nameSchema("token").parse(` ${name} `)).toBe(name);
    expect(visibleName(name)).toBe(name);
  });
});

describe("a name that is there already", () => {
  it("may stay while the rest of the thing is changed, and becomes no other such name", () => {
    const schema = nameSchema("IP filter", "safe-\u202Egpj");
    expect(schema.parse("safe-\u202Egpj")).toBe("safe-\u202Egpj");
    expect(schema.parse("safe")).toBe("safe");
    expect(schema.safeParse("other-\u202Egpj").success).toBe(false);
  });

  it.each([
    ["safe-\u202Egpj.nekot", "safe-⟨U+202E⟩gpj.nekot"],
    ["grafana\u200B-basket", "grafana⟨U+200B⟩-basket"],
    ["\u3164", "⟨U+3164⟩"],
    ["a\nb\u2028c", "a⟨U+000A⟩b⟨U+2028⟩c"],
    ["a\uD800", "a⟨U+D800⟩"],
    ["😀\uFE0F\uFE0F", "😀\uFE0F⟨U+FE0F⟩"],
    ["x\u{E0041}", "x⟨U+E0041⟩"],
    [" a  b ", "⟨U+0020⟩a ⟨U+0020⟩b⟨U+0020⟩"],
    ["", "⟨no name⟩"],
  ])("is shown with the code points of what is not seen (%j)", (name, shown) => {
    expect(visibleName(name)).toBe(shown);
    expect(nameInText(name)).toBe(shown);
  });

  it("is shown as it is where it may be given, and never with anything that is not seen", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        if (messageOf(name) === undefined && name === name.trim() && !/\s\s/u.test(name)) expect(visibleName(name)).toBe(name);
        else expect(messageOf(visibleName(name)) ?? "").not.toMatch(/cannot contain/u);
      }),
    );
  });

  it("stands apart in a text where it runs from right to left, and plain where it does not", () => {
    expect(nameInText("שלום")).toBe("\u2068שלום\u2069");
    expect(nameInText("web عربي 2")).toBe("\u2068web عربي 2\u2069");
    expect(nameInText("\u202Eשלום")).toBe("\u2068⟨U+202E⟩שלום\u2069");
    expect(nameInText("日本 büro 2")).toBe("日本 büro 2");
  });
});

describe("a text of JSON", () => {
  it("means the same when nothing in it is hidden", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const json = escapeHidden(JSON.stringify({ name }, null, 2));
        expect(JSON.parse(json)).toEqual({ name });
        expect(messageOf(json.replaceAll("\n", " ").trim().slice(0, 200)) ?? "").not.toMatch(/cannot contain/u);
      }),
    );
    expect(escapeHidden('"a\u202Eb\u{E0041}"')).toBe(String.raw`"a\u202eb\udb40\udc41"`);
  });
});

describe("names that are taken for each other", () => {
  it.each([
    ["grafana-basket", "grafana\u200B-basket"],
    ["deploy", "Deploy"],
    ["deploy", "ｄｅｐｌｏｙ"],
    ["deploy", "dерlоу"],
    ["KAFKA", "КАFКА"],
    ["office", "oﬃce"],
    ["büro", "bu\u0308ro"],
    ["web-1", "web–l"],
    ["straße", "STRASSE"],
    ["two words", "two\u2003words"],
    ["safe", "\u202Esafe"],
  ])("are alike: %j and %j", (one, other) => {
    expect(likeness(one)).toBe(likeness(other));
  });

  it.each([
    ["deploy", "deploy-2"],
    ["büro", "buro"],
    ["mail", "mall"],
    ["日本", "日木"],
  ])("are not those that can be told apart: %j and %j", (one, other) => {
    expect(likeness(one)).not.toBe(likeness(other));
  });
});

describe("a search for a name", () => {
  it.each([
    ["safe-\u202Egpj.nekot", "u+202e"],
    ["grafana\u200B-basket", "grafana-basket"],
    ["bu\u0308ro", "büro"],
    ["dерlоу", "deploy"],
    ["Deploy", "deploy"],
    ["שלום", "לו"],
  ])("finds %j by %j, as it is shown or looks", (name, wanted) => {
    expect(nameHolds(name, wanted)).toBe(true);
  });

  it.each([
    ["deploy-1", "deploy-l"],
    ["büro", "buro"],
    ["büro", "\u200b"],
  ])("does not find %j by %j", (name, wanted) => {
    expect(nameHolds(name, wanted)).toBe(false);
  });
});
