import { describe, it } from "vitest";

import { restoresOlder } from "#server/testing/oldDatabases/restore.ts";
import { oldDatabases } from "#server/testing/oldDatabases/upgrade.ts";

describe("A backup of a database that any earlier release made", () => {
  it.each(oldDatabases())("is restored as it was, and then brought up to date as that database itself is (%s)", (name) =>
    restoresOlder(name),
  );
});
