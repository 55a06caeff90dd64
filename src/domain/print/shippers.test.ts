import { describe, expect, it } from "vitest";

import { configurations, needsCare } from "./shippers.ts";
import { quoteForLogstash, quoteForRsyslog, quoteForSyslogNg, quoteForYaml, quoteWithDollars } from "./quote.ts";

const target = { server: "https://logs.example.com" };
const token = "0b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0";

describe("the configurations for shippers", () => {
  it("are there for the nine shippers that people use", () => {
    expect(configurations(target).map(({ label }) => label)).toEqual([
      "curl",
      "LogScale Collector",
      "Fluent Bit",
      "Vector",
      "Filebeat",
      "Logstash",
      "OpenTelemetry Collector",
      "rsyslog",
      "syslog-ng",
    ]);
  });

  it.each(configurations(target).map((configuration) => [configuration.id, configuration] as const))(
    "of %s hold the server's address and the token, each where it belongs",
    (_id, { text }) => {
      const filled = text(token);
      expect(filled).toContain("logs.example.com");
      expect(filled.split(token)).toHaveLength(2);
      expect(filled).not.toContain("undefined");
      expect(text("x").replaceAll(/\bx\b/gu, token)).toContain(token);
    },
  );

  it("name host, port and encryption apart where a program wants them so", () => {
    const of = (server: string, id: string) =>
      configurations({ server })
        .find((one) => one.id === id)
        ?.text(token) ?? "";
    expect(of("https://logs.example.com", "fluent-bit")).toContain("port: 443\n      tls: on");
    expect(of("http://127.0.0.1:8080", "fluent-bit")).toContain('host: "127.0.0.1"\n      port: 8080\n      tls: off');
    expect(of("http://127.0.0.1:8080", "rsyslog")).toContain('serverport="8080"\n  usehttps="off"');
    expect(of("https://logs.example.com:8443", "filebeat")).toContain("https://logs.example.com:8443/api/v1/ingest/elastic-bulk");
  });
});

describe("the quoting in configurations", () => {
  const awkward = `a'b"c\\d$e`;

  it("keeps any value one text in each language", () => {
    expect(quoteForYaml(awkward)).toBe(String.raw`"a'b\"c\\d$e"`);
    expect(quoteWithDollars(awkward)).toBe(String.raw`"a'b\"c\\d$$e"`);
    expect(quoteForRsyslog(awkward)).toBe(String.raw`"a'b\"c\\d\$e"`);
    expect(quoteForSyslogNg("a`b")).toBe('"a``b"');
    expect(quoteForSyslogNg(awkward)).toBe(String.raw`"a'b\"c\\d$e"`);
    expect(quoteForLogstash('say "hi"')).toBe(`'say "hi"'`);
    expect(quoteForLogstash("it's")).toBe(`"it's"`);
  });

  it("protects a value from the shell and from being taken for a variable", () => {
    const [curl, , , vector, filebeat] = configurations(target).map(({ text }) => text("it's ${HOME}"));
    expect(curl).toContain(String.raw`INGEST_TOKEN='it'\''s ${"$"}{HOME}'`);
    expect(vector).toContain('token: "it\'s $${HOME}"');
    expect(filebeat).toContain('password: "it\'s $${HOME}"');
  });

  it("asks for a second look at unusual values alone", () => {
    expect(needsCare(token)).toBe(false);
    expect(needsCare("a+b/c=")).toBe(false);
    for (const value of ["a$b", 'a"b', "a'b", "a{b}", "a#b", "a%b"]) expect(needsCare(value)).toBe(true);
  });
});
