import { describe, expect, it } from "vitest";

import { collectedKinds, collectorConfiguration, ingestVariable, referenceTo } from "#domain/print/collector.ts";

import { checkCollectorYaml } from "./collectorYaml.ts";
import { fillSinks, gapsIn, tokenVariablesIn } from "./collectorSinks.ts";

const values = { url: "https://logs.larkspur.internal", token: "${INGEST_TOKEN}" };

describe("the variables of sinks' tokens", () => {
  it("are named once each, and those of comments, addresses and other sinks are not", () => {
    const text = [
      "# ${OLD}",
      'sources: {a: {type: file, sink: s, include: "${HOME}/*"}}',
      "sinks:",
      '  s: {type: humio, url: "${URL}", token: "${WEB_TOKEN}"}',
      '  t: {type: hec, url: x, token: "${WEB_TOKEN}"}',
      '  u: {type: console, token: "${OTHER}"}',
      "  v: {type: logscale, url: x, token: abc}",
    ].join("\n");
    expect(tokenVariablesIn(text)).toEqual(["WEB_TOKEN"]);
    expect(tokenVariablesIn("sinks: [")).toEqual([]);
    expect(tokenVariablesIn("")).toEqual([]);
  });
});

describe("what sinks lack", () => {
  it.each([
    ["a placeholder and an empty text", '    url: https://logscale.example.com # ours\n    token: ""\n'],
    ["keys without a value", "    url:\n    token: # to come\n"],
    ["no keys", ""],
    ["one of them alone", "    token: XXXX-XXXX\n    url: https://logs.larkspur.internal\n"],
    ["both, the token first", '    token: ""\n    url: https://logscale.example.com\n'],
    ["a text of several lines", "    url: |\n      https://logscale.example.com\n    token: <ingest-token>\n"],
  ])("is put in where there is %s, and all else stays as it was", (_, lines) => {
    const text = `# ours\nsources:\n  a:   {type: file, sink: s}\nsinks:\n  s:\n    type: humio\n${lines}    compression:   gzip\n`;
    const filled = fillSinks(text, values);
    expect(checkCollectorYaml(filled)).toEqual([]);
    expect(filled).toContain('token: "${INGEST_TOKEN}"');
    expect(filled).toContain("https://logs.larkspur.internal");
    for (const line of ["# ours\n", "  a:   {type: file, sink: s}\n", "    compression:   gzip\n"])
      expect(filled).toContain(line);
    expect(gapsIn(filled)).toEqual([]);
  });

  it("is put into sinks in braces, into several of them, and into none that is whole or of another kind", () => {
    const text = `sources: {a: {type: file, sink: s}}\nsinks: {s: {type: hec}, t: {type: logscale, url: "", token: abc-1}, u: {type: console}}\n`;
    const filled = fillSinks(text, values);
    expect(filled).toBe(
      'sources: {a: {type: file, sink: s}}\nsinks: {s: {url: "https://logs.larkspur.internal", token: "${INGEST_TOKEN}", type: hec}, t: {type: logscale, url: "https://logs.larkspur.internal", token: abc-1}, u: {type: console}}\n',
    );
    expect(fillSinks(filled, values)).toBe(filled);
  });

  it("is not looked for in a text that is at fault, which stays as it is", () => {
    const text = "sinks: {s: {type: humio}\n";
    expect(gapsIn(text)).toEqual([]);
    expect(fillSinks(text, values)).toBe(text);
  });

  it("is nothing in a configuration that begins here, whatever it collects", () => {
    for (const collected of collectedKinds) {
      const text = collectorConfiguration({ collected, server: values.url, token: referenceTo(ingestVariable) });
      expect(checkCollectorYaml(text), collected).toEqual([]);
    }
  });
});
