import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { variableCommand, variablesIn } from "./collector.ts";

const hostile = `it's "100%" \\ $HOME \`id\` ;`;

describe("the variables that a value takes from a machine", () => {
  it("are those in braces that a machine can have", () => {
    expect(variablesIn("${INGEST_TOKEN}")).toEqual(["INGEST_TOKEN"]);
    expect(variablesIn("a ${A}${_b1} $PLAIN ${no good} ${1st} ${}")).toEqual(["A", "_b1"]);
  });
});

describe("the command that gives the collector's service a variable", () => {
  it.skipIf(platform() === "win32")("writes a file that only root reads, with any value unchanged, in a real sh", () => {
    const folder = mkdtempSync(join(tmpdir(), "tokenhouse-variable-"));
    try {
      // Runs what needs no rights, with the system's folder put in a place of its own, and notes the rest.
      writeFileSync(
        join(folder, "sudo"),
        `#!/bin/sh\nif [ "$1" = systemctl ]; then echo "$@" >> ${folder}/calls; elif [ "$1" = sh ]; then sh -c "$(printf '%s' "$3" | sed 's#/etc/#${folder}/#')"; else mkdir -p ${folder}/systemd/system/humio-log-collector.service.d; fi\n`,
      );
      chmodSync(join(folder, "sudo"), 0o755);
      const command = variableCommand("linux", "INGEST_TOKEN", hostile) ?? "";
      // A line that begins with a space stays out of the history of most shells.
      expect(command).toMatch(/^ printf .*100%/msu);
      execFileSync("/bin/sh", ["-c", command], { env: { PATH: `${folder}:/usr/bin:/bin` } });
      const file = join(folder, "systemd/system/humio-log-collector.service.d/ingest-token.conf");
      const [, setting = ""] = /^Environment="(.*)"$/mu.exec(readFileSync(file, "utf8")) ?? [];
      // As systemd reads it, which puts a value of its own in place of a percent sign that stands alone.
      const read = setting.replaceAll(/%%?/gu, (signs) => (signs === "%%" ? "%" : "systemd's own")).replaceAll(/\\(.)/gu, "$1");
      expect(read).toBe(`INGEST_TOKEN=${hostile}`);
      expect(execFileSync("stat", ["-c", "%a", file]).toString().trim()).toBe("600");
      expect(readFileSync(join(folder, "calls"), "utf8").split("\n")).toEqual([
        "systemctl daemon-reload",
        "systemctl restart humio-log-collector",
        "",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("quotes for PowerShell, and is not made up where no way is documented", () => {
    expect(variableCommand("windows", "INGEST_TOKEN", "it's")).toBe(
      "[Environment]::SetEnvironmentVariable('INGEST_TOKEN', 'it''s', 'Machine')",
    );
    expect(variableCommand("macos", "INGEST_TOKEN", "x")).toBeNull();
  });
});
