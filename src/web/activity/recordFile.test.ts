import { expect, describe, it } from "vitest";

import { recordText } from "#domain/audit/record.ts";
import { auditRecordSchema } from "#logscale/audit.ts";

import { recordLines, recordTable } from "./recordFile.ts";

const text = (id: string, name: string) =>
  recordText(
    {
      type: "tokens",
      action: "create",
      target: { kind: "ingestToken", id: "i1", name },
      after: { name, repository: "web", isCustom: false },
    },
    {
      id,
      at: 0,
      actor: {
        type: "localAdministrator",
        ip: "192.0.2.1",
        organizationId: "o",
        orgRoot: true,
        linkedBy: { id: null, name: "x" },
      },
      operation: "addIngestTokenV3",
    },
  );
const read = (line: string) => auditRecordSchema.parse(JSON.parse(line));

describe("A file of records", () => {
  it("is, line by line, what the command prints, the oldest first", () => {
    const [old, young] = [text("r1", "shipper"), text("r2", "=cmd()")];
    expect(recordLines([read(young), read(old)]).join("")).toBe(`${old}\n${young}\n`);
  });

  it("is a table in which no name runs as a formula or hides anything", () => {
    const table = recordTable([read(text("r2", "=cmd()")), read(text("r1", "a\u202Eb"))]);
    const [heading, first, second] = table.split("\r\n");
    expect(heading).toContain('"Id","Time","In words"');
    expect(first).toContain('"a⟨U+202E⟩b"');
    expect(second).toContain(`"'=cmd()"`);
    expect(second).toContain('"192.0.2.1"');
  });
});
