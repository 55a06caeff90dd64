import { Session } from "node:inspector/promises";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { checkCollectorYaml, longestYaml } from "./collectorYaml.ts";

const sound = `# comment
sources:
  system_logs:
    type: file
    include: [/var/log/*.log, "/var/log/with space/*"]
    sink: logscale
sinks:
  logscale: &sink
    type: humio
    url: https://logscale.larkspur.internal:8443/
    token: "0f8fad5b-secret"
  other: *sink
`;

describe("a collector configuration", () => {
  it("is sound when it is one document whose sources name sinks that are there", () => {
    expect(checkCollectorYaml(sound)).toEqual([]);
    expect(checkCollectorYaml(sound.replaceAll("\n", "\r\n"))).toEqual([]);
  });

  it.each([
    ["an unclosed list", "a: [1,\nb: 2\n", 2, 1],
    ["a key that is there twice", "a: 1\nb:\n  c: 1\n  c: 2\n", 4, 3],
    ["a tab", "a:\n\t- b\n", 2, 1],
    ["a second document", "a: 1\n---\nb: 2\n", 2, 1],
    ["an alias without its anchor", "a: 1\nb: *nowhere\n", 2, 4],
    ["an alias before its anchor", "a: *later\nb: &later 1\n", 1, 4],
    ["a list", "- a\n", 1, 1],
    ["a mere text", "hello\n", 1, 1],
    ["nothing", "", 1, 1],
    ["nothing but comments", "# a\n# b\n", 1, 1],
    ["an explicit null", "~\n", 1, 1],
  ])("is at fault where there is %s", (_, text, line, column) => {
    const [first] = checkCollectorYaml(text);
    expect(first).toMatchObject({ severity: "error", line, column });
  });

  it("is at fault when it is too long or nested without end", () => {
    expect(checkCollectorYaml(`a: ${"x".repeat(longestYaml)}`)[0]?.message).toContain("at most 100,000 characters");
    for (const part of ["[", "{", "{a: ", "- ", "? ", ": ", "- ? ", "[\n", `["]",`, "a: "]) {
      const problems = checkCollectorYaml(part.repeat(20_000 / part.length));
      expect(problems, part).toMatchObject([{ message: "The configuration is nested too deeply." }]);
    }
    const steps = Array.from({ length: 300 }, (_, level) => `${" ".repeat(level)}a:`).join("\n");
    expect(checkCollectorYaml(steps)).toMatchObject([{ message: "The configuration is nested too deeply.", line: 33 }]);
  });

  it("may be long and have very many short lists", () => {
    const source = (number: number) => `  s${number}:\n    include: ["/var/[a-z]${number}", {a: 1, b: 2, c: 3}]\n    sink: s\n`;
    const sources = Array.from({ length: 900 }, (_, number) => source(number)).join("");
    expect(checkCollectorYaml(`sinks: {s: {}}\nsources:\n${sources}`)).toEqual([]);
    const pairs = Array.from({ length: 900 }, (_, number) => `k${number}: v`).join(", ");
    expect(checkCollectorYaml(`sources: {}\nlabels: {${pairs}}\n`)).toEqual([]);
  });

  it.each([
    ["no sources", "sinks: {s: {}}\n", "There are no sources"],
    ["a source without a sink", "sources:\n  a: {type: file}\nsinks: {s: {}}\n", "names no sink"],
    ["a key with its first letters lost", "ources: {}\nsources: {}\n", "sources may be meant"],
    ["a key in another case", "sources: {}\nloglevel: debug\n", "logLevel may be meant"],
    ["fleetManagement", "sources: {}\nfleetManagement: {mode: full}\n", "fleetManagement belongs in the local file"],
    ["dataDirectory", "sources: {}\ndataDirectory: data\n", "dataDirectory belongs in the local file"],
    ["a source whose sink is not there", "sources:\n  a: {sink: t}\nsinks: {s: {}}\n", "a sink that is not there"],
  ])("is doubtful, but can be published, when there is %s", (_, text, message) => {
    const problems = checkCollectorYaml(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ severity: "warning" });
    expect(problems[0]?.message).toContain(message);
  });

  it.each([
    ["https://logscale.example.com", '""', ["address is a placeholder", "no token"]],
    ["https://XXX.YYY.ZZZ", "XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX", ["address is a placeholder", "token is a placeholder"]],
    ["https://<logscale-cluster>", "<ingest-token>", ["address is a placeholder", "token is a placeholder"]],
    ["https://your-logscale.net:443/", "YOUR_INGEST_TOKEN", ["address is a placeholder", "token is a placeholder"]],
    ["logscale.larkspur.internal", "...", ["begins with https://", "token is a placeholder"]],
    ["", "", ["no url", "no token"]],
    ["https://cloud.community.humio.com/", "${INGEST_TOKEN}", []],
    ["${URL}", "8f1c2d3e-0000-4000-8000-1234567890ab", []],
    ["http://localhost:8080", "a".repeat(2) + "b", []],
  ])("is remarked on where a sink sends to %j with the token %j", (url, token, remarks) => {
    const text = `sources: {}\nsinks:\n  s:\n    type: logscale\n    url: ${url}\n    token: ${token}\n`;
    const problems = checkCollectorYaml(text);
    expect(problems.map(({ severity }) => severity)).toEqual(remarks.map(() => "warning"));
    for (const [index, words] of remarks.entries()) expect(problems[index]?.message).toContain(words);
    expect(problems.map(({ line }) => line)).toEqual([5, 6].slice(-remarks.length || 2));
  });

  it.each(["include: *.log", "include: [/a, *.log]", "include: */access.log", "include: *", "include: **"])(
    "asks for quotes around a pattern that begins with a star: %s",
    (line) => {
      expect(checkCollectorYaml(`sources:\n  a:\n    ${line}\n`)).toMatchObject([
        { severity: "error", line: 3, message: "Text that begins with * has to stand in quotes." },
      ]);
    },
  );

  it.each([
    ["a first line that is indented", "  rces:\n a:\n    type: file\n    sink: b\nsinks:\n  b:\n    url: x\n", 1, 3],
    ["the same behind a comment", "# a\n\n   sources:\n  a:\n    b: c\n    d: e\nsinks: {}\n", 3, 4],
    ["tabs on every line", "sources:\n\ta:\n\t\tb: c\n\t\td: e\n\t\tf: g\n", 2, 1],
    ["a quote that is never closed", "a: 1\nb: 'x\nc: 1\nd: 2\n", 2, 4],
    ["more behind a list", "a: 1\nb: [0-9]{4}-[0-9]{2} x\nc: d\ne: f\n", 2, 9],
    ["a value that goes on as keys", "a:\n  b: c\n    d: e\n    f: g\nh: i\n", 2, 6],
    ["a backslash in double quotes", 'a: "C:\\temp\\x"\nb: c\n', 1, 12],
    ["a list on the line of its key", "a: - b\n   - c\nd: e\n", 1, 4],
  ])("tells one fault of %s, where it is", (_, text, line, column) => {
    expect(checkCollectorYaml(text)).toMatchObject([{ severity: "error", line, column }]);
  });

  it("may have as many keys as fit into it, which are told apart without comparing each with each", async () => {
    const text = (count: number) => `{${Array.from({ length: count }, (_, place) => `k${place.toString(36)}`).join()},k0,k1}`;
    expect(checkCollectorYaml(text(16_000)).map(({ message, line }) => [message, line])).toEqual([
      ["This key is there twice.", 1],
      ["This key is there twice.", 1],
    ]);
    // Each compared with each would be some thousands of calls for each key.
    const keys = 4000;
    const calls = await callsDuring(() => checkCollectorYaml(text(keys)));
    expect(calls / keys).toBeGreaterThan(10);
    expect(calls / keys).toBeLessThan(500);
  });

  it("is found at fault in words that hold nothing of it", () => {
    for (const text of [
      "a: 'secret' secret2",
      'a: "secret',
      "*secret : b",
      "a: !<secret> [",
      "a: @secret",
      "secret: 1\nsecret: 2",
      "a: | secret",
      "a: *.secret",
      "sinks: {s: {type: humio, url: secret, token: <secret>}}",
    ]) {
      expect(JSON.stringify(checkCollectorYaml(text)), text).not.toContain("secret");
    }
  });

  it("has its problems within the text, whatever the text is", () => {
    const pieces = fc.constantFrom(
      "a",
      ":",
      " ",
      "\n",
      "-",
      "[",
      "]",
      "{",
      "}",
      "'",
      '"',
      "&x",
      "*x",
      "!",
      "#",
      "|",
      ">",
      "\t",
      "?",
      "%",
      "é",
      "🚀",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join("");
        for (const { from, to, line, column } of checkCollectorYaml(text)) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeGreaterThanOrEqual(from);
          expect(from).toBeLessThanOrEqual(text.length + 1);
          expect(line).toBeLessThanOrEqual(text.split("\n").length);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** How many functions are called, and passes through loops made, while something runs. */
async function callsDuring(run: () => unknown): Promise<number> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  run();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  session.disconnect();
  return result.flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges)).reduce((sum, { count }) => sum + count, 0);
}
