import { describe, it } from "vitest";

import { restoresOlder } from "#server/testing/oldDatabases/restore.ts";

describe("A backup of a database that an earlier release made", () => {
  // Of the other releases by `npm run test:all`.
  it.each(["0001-initial", "0009-audit"])(
    "is restored as it was, and then brought up to date as that database itself is (%s)",
    (name) => restoresOlder(name),
  );
});
