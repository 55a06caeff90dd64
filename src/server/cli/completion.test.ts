import { execFileSync } from "node:child_process";

import { afterEach, describe, expect, it, vi } from "vitest";

import { createProgram } from "./commands.ts";
import { printCompletion, printSuggestions } from "./completion.ts";

/** What is printed, a line each. */
function printed(print: () => void): string[] {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  print();
  const lines = log.mock.calls.map(([line]) => String(line));
  log.mockRestore();
  return lines;
}
/** The words that are offered, and what the shell may do beside. */
const suggestions = (...words: string[]) => printed(() => printSuggestions(words)).map((line) => line.split("\t")[0]);

/** The commands that do something, each with the names of those above it. */
function leaves() {
  return createProgram({}, () => undefined).commands.flatMap((command) =>
    command.commands.length === 0
      ? [{ program: [], command }]
      : command.commands.map((task) => ({ program: [command.name()], command: task })),
  );
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("shell completion", () => {
  it("offers commands, their flags, and the shells there are", () => {
    const commands = createProgram({}, () => undefined).commands.map((command) => command.name());
    expect(commands).toContain("policies");
    expect(suggestions("")).toEqual([...commands, "completion", "help", ":4"]);
    expect(suggestions("--data-dir", "x", "re")).toEqual(["restore-kit", "restore", "resources", ":4"]);
    expect(suggestions("restore-kit", "--j")).toEqual(["--json", ":4"]);
    expect(suggestions("serve", "--logscale-p")).toEqual(["--logscale-plain-http", ":4"]);
    expect(suggestions("sign-in-link", "--")).toEqual(["--user", "--help", "--port", "--host", "--data-dir", ":4"]);
    expect(suggestions("completion", "z")).toEqual(["zsh", ":4"]);
  });

  it("offers the words that a flag takes, of every command that asks a server", () => {
    expect(suggestions("inventory", "--format", "")).toEqual(["text", "csv", "json", ":4"]);
    expect(suggestions("inventory", "--kind", "s")).toEqual(["system", ":4"]);
    expect(suggestions("inventory", "--finding", "un")).toEqual(["unused", ":4"]);
    expect(suggestions("findings", "--fail-on", "")).toEqual(["high", "medium", "low", ":4"]);
    expect(suggestions("expiring", "--format", "p")).toEqual(["prometheus", ":4"]);
    expect(suggestions("leaks", "--f")).toEqual(["--format", ":4"]);
    for (const { program, command } of leaves()) {
      const words = [...program, command.name()];
      for (const option of command.options.filter(({ long }) => long === "--format"))
        expect(suggestions(...words, option.long ?? "", "").length, words.join(" ")).toBeGreaterThan(2);
    }
  });

  it("leaves file names to the shell where nothing of ours fits", () => {
    expect(suggestions("restore-kit", "")).toEqual([":0"]);
    expect(suggestions("leaks", "")).toEqual([":0"]);
    expect(suggestions("leaks", "one.log", "")).toEqual([":0"]);
    expect(suggestions("expiring", "--state", "")).toEqual([":0"]);
    expect(suggestions("--data-dir", "")).toEqual([":0"]);
  });

  it("is understood by bash, which offers words and file names", () => {
    const script = printed(() => printCompletion("bash")).join("\n");
    const answer = printed(() => printSuggestions(["rest"])).join("\n");
    const test = `${script}
      _get_comp_words_by_ref() { cur=rest; prev=tokenhouse; words=(tokenhouse rest); cword=1; }
      compopt() { :; }
      tokenhouse() { printf '%s\\n' "$ANSWER"; }
      __tokenhouse_complete
      echo "\${COMPREPLY[@]}"
      complete -p tokenhouse`;
    const output = execFileSync("bash", ["-c", test], { encoding: "utf8", env: { ...process.env, ANSWER: answer } });
    expect(output).toBe("restore-kit restore\ncomplete -o default -F __tokenhouse_complete tokenhouse\n");
  });

  it.each(["zsh", "fish", "powershell"] as const)("prints what %s reads", (shell) => {
    expect(printed(() => printCompletion(shell)).join("\n")).toMatch(/tokenhouse.* complete/u);
  });
});
