import { describe, expect, it } from "vitest";

import { presentParams } from "./view.ts";

const present = (text: string) => presentParams(new URLSearchParams(text))?.toString();

describe("a link of a former version", () => {
  it("had the states of use among those of life", () => {
    expect(present("q=ci&state=unused-90d&sort=-createdAt")).toBe("q=ci&sort=-createdAt&use=unused-90d");
    expect(present("state=never-used")).toBe("use=never-used");
  });

  it("had some columns by another name", () => {
    expect(present("sort=-createdBy")).toBe("sort=-owner");
    expect(present("repository=web&sort=weakness")).toBe("repository=web&sort=value");
  });

  it.each(["", "state=expires-7d", "state=constructor", "sort=name", "sort=toString", "kind=view&use=never-used"])(
    "is told from a present one, which stays as it is: %s",
    (text) => expect(present(text)).toBeUndefined(),
  );
});
