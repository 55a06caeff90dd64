import { it } from "vitest";

import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { holdDisruptionAgainstAuthentication } from "#server/testing/disruption.ts";

describeOnBothDatabases("The disruption of a change", (open) => {
  it("names exactly the tokens that are refused with the change and accepted without it", async () => {
    await holdDisruptionAgainstAuthentication(await open(), 20);
  });
});
