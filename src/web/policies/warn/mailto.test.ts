import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { isMailAddress, longestMailto, mailLink } from "./mailto.ts";

/** What a mail program reads from a link. */
function readMail(href: string) {
  const url = new URL(href);
  const fields = url.search
    .slice(1)
    .split("&")
    .map((field) => field.split("=").map(decodeURIComponent));
  return { to: decodeURIComponent(url.pathname), fields };
}

describe("a mail link", () => {
  it("gives back recipient, subject and body, and no other field, whatever they hold", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("a&bcc=x@y.z", "100 %\r\nBcc: x@y.z", "#?+ '\"<>", "half \uD83D"),
    );
    fc.assert(
      fc.property(text, text, (subject, body) => {
        const { href } = mailLink("ada+x&y@example.org", { subject, body }, "short");
        expect(href).toMatch(/^mailto:[\w.~%-]+@[\w.~%-]+\?subject=[\w.~%-]*&body=[\w.~%-]*$/u);
        const whole = (part: string) => part.replaceAll(/\p{Cs}/gu, "\uFFFD");
        const lines = whole(body).replaceAll(/\r\n|\r|\n/gu, "\r\n");
        expect(readMail(href)).toEqual({
          to: "ada+x&y@example.org",
          fields: [
            ["subject", whole(subject)],
            ["body", lines],
          ],
        });
      }),
    );
  });

  it("breaks lines as mail does", () => {
    expect(mailLink("a@b.org", { subject: "s", body: "one\ntwo" }, "").href).toBe("mailto:a@b.org?subject=s&body=one%0D%0Atwo");
  });

  it("holds the short body where the whole one would be cut by mail programs", () => {
    const fitting = longestMailto - "mailto:a@b.org?subject=s&body=".length;
    expect(mailLink("a@b.org", { subject: "s", body: "x".repeat(fitting) }, "short").whole).toBe(true);
    const { href, whole } = mailLink("a@b.org", { subject: "s", body: "x".repeat(fitting + 1) }, "short");
    expect({ href, whole }).toEqual({ href: "mailto:a@b.org?subject=s&body=short", whole: false });
  });

  it.each([
    "ada@example.org",
    "ada.lovelace+tokens@mail.example.co",
    "o'brien@example.org",
    "100%real?&=@example.org",
    "ADA@EXAMPLE.ORG",
  ])("is made for a name that is a mail address: %s", (name) => {
    expect(isMailAddress(name)).toBe(true);
  });

  it.each([
    "",
    "ada",
    "ada@localhost",
    "@example.org",
    "ada@",
    "ada@@example.org",
    "ada@example.org,eve@example.org",
    "ada@example.org?bcc=eve@example.org",
    "Ada <ada@example.org>",
    "ada@example.org\r\nBcc: eve@example.org",
    ".ada@example.org",
    "ada..l@example.org",
    '"a b"@example.org',
    "ada@exa mple.org",
    "ada@-example.org",
    "ada@example.org.",
    "ädä@example.org",
    "ada@\u202Egro.elpmaxe",
    `${"a".repeat(65)}@example.org`,
    `ada@${"a.".repeat(130)}org`,
  ])("is not made for a name that is none, or more than one: %j", (name) => {
    expect(isMailAddress(name)).toBe(false);
  });
});
