import { randomBytes, randomInt, randomUUID } from "node:crypto";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { enrolmentString } from "#domain/print/install.ts";

import { LeakScanner, mostKept, mostPlaces, scanForLeaks, type LeakReport } from "./scan.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Random letters and digits, some of each sort among them. */
function random(length: number): string {
  return `aA0${Array.from({ length: length - 3 }, () => alphabet.charAt(randomInt(alphabet.length))).join("")}`;
}

function tokenString(idLength: 24 | 32 = 32) {
  const [id, secret] = [random(idLength), random(44)];
  return { id, secret, text: `${id}~${secret}` };
}

function base64(text: string, encoding: BufferEncoding = "utf8"): string {
  return Buffer.from(text, encoding).toString("base64");
}

/** What was found, each with its kind and what it is known by. */
function found({ leaks }: LeakReport): string[] {
  return leaks.map(({ kind, id, value }) => `${kind} ${id ?? value ?? ""}`.trim());
}

/** Fresh values of each kind, and a text of every kind of log that people paste. */
function samples() {
  const view = tokenString();
  const personal = tokenString(24);
  const ingest = randomUUID();
  const fleet = random(32);
  const jwt = [
    base64url({ alg: "EdDSA", typ: "JWT" }),
    base64url({ url: "https://logs.example.com", iss: "tokenhouse", aud: "log-collector", sub: random(32), iat: 1 }),
    randomBytes(64).toString("base64url"),
  ].join(".");
  const is = {
    view: `token ${view.id}`,
    personal: `token ${personal.id}`,
    ingest: `uuid ${ingest}`,
    fleet: `letters ${fleet}`,
    jwt: `jwt ${jwt}`,
  };
  const texts: Record<string, readonly [text: string, expected: readonly string[]]> = {
    "JSON lines": [
      `${JSON.stringify({ level: "info", msg: "query", headers: { authorization: `Bearer ${view.text}` } })}\n${JSON.stringify({ level: "debug", msg: `sent\n${personal.text}\ttwice` })}\n`,
      [is.view, is.personal],
    ],
    "JSON within JSON, with the ~ escaped": [
      JSON.stringify({ body: JSON.stringify({ line: `\n${view.text}` }).replace("~", String.raw`\u007e`) }),
      [is.view],
    ],
    "curl -v": [
      `> POST /api/v1/ingest/json HTTP/1.1\r\n> Host: logs.example.com\r\n> Authorization: Bearer ${ingest}\r\n> Accept: */*\r\n* Server auth using Basic with user '${personal.id}'\r\n> Authorization: Basic ${base64(`me:${personal.text}`)}\r\n`,
      [is.ingest, is.personal],
    ],
    "a dump of the environment": [
      `PATH=/usr/bin:/bin\nLOGSCALE_TOKEN=${view.text}\nHUMIO_INGEST_TOKEN=${ingest}\nFLEET_TOKEN=${fleet}\nPWD=/home/me\n`,
      [is.view, is.ingest, is.fleet],
    ],
    YAML: [
      `sinks:\n  humio:\n    type: humio\n    token: "${ingest}"\n    url: https://logs.example.com/\nfleet:\n  installToken: '${fleet}'\n  api: ${view.text}\n`,
      [is.ingest, is.fleet, is.view],
    ],
    "Basic credentials, the token as the user's name": [
      `proxy: Authorization: Basic ${base64(`${ingest}:`)}\nelastic: Authorization: Basic ${base64(`${view.text}:x-pack`)}`,
      [is.ingest, is.view],
    ],
    "an address, percent-encoded once and twice": [
      `GET /graphql?q=1&access_token=${view.text.replace("~", "%7E")}&x=y\nGET /login?next=%2Fgraphql%3Ftoken%3D${personal.text.replace("~", "%257E")}%26x`,
      [is.view, is.personal],
    ],
    "a shell's history": [
      `  501  export TOKEN=${view.text}\n  502  humioctl --token ${personal.text} status\n  503  curl -u ${ingest}: https://logs.example.com/api/v1/ingest/elastic-bulk\n  504  sudo humio-log-collector enroll '${enrolmentString({ token: fleet, url: "https://logs.example.com" })}'\n`,
      [is.view, is.personal, is.ingest, is.fleet],
    ],
    "docker inspect": [
      JSON.stringify(
        [{ Id: randomBytes(32).toString("hex"), Config: { Env: ["A=b", `HEC_TOKEN=${ingest}`], Cmd: [`--token=${view.text}`] } }],
        null,
        4,
      ),
      [is.ingest, is.view],
    ],
    "a Kubernetes secret, a Docker configuration in another": [
      `apiVersion: v1\nkind: Secret\ndata:\n  ingest-token: ${base64(`${ingest}\n`)}\n  api: ${base64(view.text)}\n  .dockerconfigjson: ${base64(JSON.stringify({ auths: { "registry.example.com": { auth: base64(`bot:${personal.text}`) } } }))}\n`,
      [is.ingest, is.view, is.personal],
    ],
    "an access log": [
      `10.0.0.7 - - [26/Nov/2026:20:00:00 +0000] "GET /api/v1/status?token=${view.text.replace("~", "%7e")} HTTP/1.1" 200 17 "-" "curl/8.5.0"\n10.0.0.8 - ${personal.text} [26/Nov/2026:20:00:01 +0000] "POST / HTTP/1.1" 401 0\n`,
      [is.view, is.personal],
    ],
    "a stack trace": [
      `java.lang.IllegalStateException: 401 for Bearer ${view.text}\n\tat org.springframework.beans.factory.support.DefaultSingletonBeanRegistryXx.get(X.java:7)\n\tat com.example.AbstractLog4jAppenderFactoryBean.append(A.java:12)\n`,
      [is.view],
    ],
    "a .netrc and an .ini": [
      `machine logs.example.com login x password ${personal.text}\n\n[splunk]\nhec_token=${ingest}\n; old = ${view.text}\n`,
      [is.personal, is.ingest, is.view],
    ],
    "a log of GitHub Actions, in colours": [
      `2026-11-26T20:00:00.0000000Z ##[group]Run deploy\n2026-11-26T20:00:00.1Z \u001b[36;1mterraform apply -var token=\u001b[1;31m${view.text}\u001b[0m\n2026-11-26T20:00:01Z \u001b[31m${personal.text}\u001b[0m\n`,
      [is.view, is.personal],
    ],
    "a command of PowerShell, encoded": [
      `powershell.exe -EncodedCommand ${base64(`$env:LOGSCALE_TOKEN='${view.text}'; ./ship.ps1`, "utf16le")}`,
      [is.view],
    ],
    "a fleet token's JWT": [`{"jwtToken":"${jwt}"}`, [is.jwt]],
  };
  return { view, personal, ingest, fleet, texts };
}

function base64url(content: object): string {
  return Buffer.from(JSON.stringify(content)).toString("base64url");
}

describe("token-shaped strings", () => {
  const { texts } = samples();
  it.each(Object.keys(texts))("are found in %s", (name) => {
    const [text, expected] = texts[name] ?? ["", []];
    expect(found(scanForLeaks(text))).toEqual(expected);
  });

  it("are found in all of these at once, each with every place", () => {
    const { view, texts: again } = samples();
    const text = Object.values(again)
      .map(([sample]) => sample)
      .join("\n");
    const { leaks } = scanForLeaks(text);
    const leak = leaks.find(({ id }) => id === view.id);
    expect(leak).toMatchObject({ kind: "token", named: true, glued: false, secrets: 1 });
    expect(leak?.places).toHaveLength(mostPlaces);
    expect(leak?.count).toBe(Object.values(again).filter(([, expected]) => expected.includes(`token ${view.id}`)).length);
    expect(leak?.encodings.toSorted()).toEqual(["base64", "escape", "percent", "utf16"]);
  });

  it("are told by line and column, from one on", () => {
    const { text } = tokenString();
    const report = scanForLeaks(`one\r\ntwo = ${text}\n\n${text}`);
    expect(report.leaks).toMatchObject([
      {
        count: 2,
        places: [
          { line: 2, column: 7 },
          { line: 4, column: 1 },
        ],
      },
    ]);
    expect(report).toMatchObject({ lines: 4, read: 5 + 6 + 77 + 2 + 77 });
    expect(scanForLeaks("one\ntwo\n").lines).toBe(2);
    expect(scanForLeaks("").lines).toBe(0);
  });

  it("leave the scanner by their id, never with their secret", () => {
    const { view, personal, texts: again } = samples();
    const report = JSON.stringify(scanForLeaks(Object.values(again).join("\n")));
    expect(report).toContain(view.id);
    for (const { secret } of [view, personal]) {
      for (let at = 0; at + 12 <= secret.length; at++) expect(report).not.toContain(secret.slice(at, at + 12));
    }
  });

  it("tell two secrets of one id from one secret twice", () => {
    const id = random(24);
    const [one, other] = [random(44), random(44)];
    expect(scanForLeaks(`${id}~${one} ${id}~${other} ${id}~${one}`).leaks).toMatchObject([{ id, secrets: 2, count: 3 }]);
  });

  it("are the local administrator's where they say so, and never shown", () => {
    const [leak, ...rest] = scanForLeaks(`Authorization: Bearer localroot~${random(44)}`).leaks;
    expect(rest).toEqual([]);
    expect(leak).toMatchObject({ kind: "administrator", id: undefined, value: undefined });
  });

  it("are found in base64 that stands right behind something of its alphabet", () => {
    const { id, text } = tokenString();
    const behind = ["a/", "ab/", "abc/", "abcd/"].map((path) => `${path}${base64(text)}`);
    expect(scanForLeaks(behind.join("\n")).leaks).toMatchObject([{ id, count: 4 }]);
  });

  it("are called cut where the secret is not whole", () => {
    const { id, secret } = tokenString();
    expect(found(scanForLeaks(`${id}~${secret.slice(0, 20)}… ${id}~${secret.slice(0, 43)}`))).toEqual([`cut ${id}`]);
    expect(found(scanForLeaks(`${id}~****** ${id}~ab`))).toEqual([]);
  });

  it("have a guessed id of either length where letters stand right before it", () => {
    const { id, text } = tokenString();
    expect(scanForLeaks(`xtoken${text}`).leaks).toMatchObject([
      { id, glued: true },
      { id: id.slice(-24), glued: true },
    ]);
  });

  it("may be followed by letters, as where somebody forgot a space", () => {
    const { id, text } = tokenString();
    expect(scanForLeaks(`Bearer ${text}HTTP/1.1`).leaks).toMatchObject([{ kind: "token", id, glued: true, secrets: 1 }]);
    expect(scanForLeaks(`Bearer ${text}HTTP/1.1 ${text}`).leaks).toMatchObject([{ id, glued: false, count: 2, secrets: 1 }]);
  });

  it("are said to be named where a word near them speaks of tokens, on the same line", () => {
    const value = randomUUID();
    expect(scanForLeaks(`ingestToken: ${value}`).leaks).toMatchObject([{ named: true }]);
    expect(scanForLeaks(`the token\nrequest ${value}`).leaks).toMatchObject([{ named: false }]);
    expect(scanForLeaks(`request ${value} has no token`).leaks).toMatchObject([{ named: false }]);
  });
});

describe("nothing is found", () => {
  it.each([
    ["in checksums", `md5 ${randomBytes(16).toString("hex")} sha256 ${randomBytes(32).toString("hex")}`],
    ["in names of classes", "org.example.ReallyLongAndDescriptiveClassNam at AbstractFactoryProviderOfThings1"],
    ["in numbers", "12345678901234567890123456789012 ~ 1.7976931348623157e308"],
    ["in longer strings of letters", `${random(33)} ${random(64)} ${random(20)}~${random(44)} ${random(32)}~${random(5)}`],
    ["in longer rows of hexadecimal digits", `a${randomUUID()} ${randomUUID()}b`],
  ])("%s", (_what, text) => {
    expect(found(scanForLeaks(text))).toEqual([]);
  });

  it("in base64 of noise", () => {
    const { leaks } = scanForLeaks(randomBytes(100_000).toString("base64"));
    expect(leaks).toEqual([]);
  });

  it("in somebody else's JSON Web Tokens but that they are some", () => {
    const jwt = `${base64url({ alg: "RS256" })}.${base64url({ iss: "https://idp.example.com", sub: "me" })}.${randomBytes(256).toString("base64url")}`;
    expect(found(scanForLeaks(`id_token=${jwt}`))).toEqual(["foreign"]);
  });
});

/** A text of all samples between stretches that pieces and chunks end in, a run longer than a piece among them. */
function longText(): string {
  const { texts, view } = samples();
  const noise = randomBytes(40_000).toString("base64");
  const padding = `${"x".repeat(997)}\n`.repeat(70);
  const encoded = base64(`${"filler line\n".repeat(4000)}token: ${view.text}\n${"filler line\n".repeat(4000)}`);
  return [
    ...Object.values(texts).map(([text]) => text),
    noise,
    padding,
    encoded,
    noise + encoded,
    ...Object.values(texts).map(([text]) => text),
  ].join("\n");
}

describe("a text in chunks", () => {
  it("has the same strings in the same places wherever the chunks end", () => {
    const text = longText();
    const whole = scanForLeaks(text);
    expect(whole.leaks).toHaveLength(5);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 30 }), (cuts) => {
        const scanner = new LeakScanner();
        const ends = [...cuts, text.length].toSorted((a, b) => a - b);
        let from = 0;
        for (const end of ends) {
          scanner.push(text.slice(from, end));
          from = end;
        }
        expect(scanner.end()).toEqual(whole);
      }),
      { numRuns: 10 },
    );
  });

  it("has the same strings where every character is a chunk", () => {
    const text = Object.values(samples().texts)
      .map(([sample]) => sample)
      .join("\n");
    const scanner = new LeakScanner();
    for (const character of text.split("")) scanner.push(character);
    expect(scanner.end()).toEqual(scanForLeaks(text));
  });

  it("has nothing found at the ends of pieces that the whole run does not have", () => {
    const [starts, ends] = [24_576, 32_768];
    const letters = random(40);
    for (const [name, text, cut, place] of [
      ["letters without their beginning", letters, letters.length - 32, starts],
      ["letters without their end", letters, 32, ends],
      ["a longer row of digits without its beginning", `a${randomUUID()}`, 1, starts],
      ["a longer row of digits without its end", `${randomUUID()}b`, 36, ends],
      ["a longer id without its beginning", `${letters}~${random(20)}`, letters.length - 32, starts],
      ["a whole secret without its end", `${"-".repeat(32)}~${random(44)}`, 50, ends],
    ] as const) {
      const before = "a.b=".repeat(9000).slice(0, place - cut);
      expect(found(scanForLeaks(`${before}${text}${".cd=".repeat(9000)}`)), name).toEqual([]);
    }
  });

  it("has a string found once at every place of a run without a space", () => {
    for (const before of [0, 1, 2, 3, 24_576, 32_700, 32_768, 65_500]) {
      const { id, text } = tokenString();
      const run = `${"ab/".repeat(Math.ceil(before / 3)).slice(0, before)}/${text}/${"cd/".repeat(12_000)}`;
      expect(scanForLeaks(run).leaks, `after ${before}`).toMatchObject([
        { id, count: 1, places: [{ line: 1, column: before + 2 }] },
      ]);
      const inBase64 = base64(`${"-".repeat(before)} ${text} ${"-".repeat(30_000)}`);
      expect(scanForLeaks(inBase64).leaks, `base64, after ${before}`).toMatchObject([{ id, count: 1, encodings: ["base64"] }]);
    }
  });
});

describe("a text made to be slow", () => {
  /** Expressions that look at a character often would take hours. */
  it.each([
    ["tildes", "~"],
    ["tokens without end", `${"a".repeat(32)}~${"b".repeat(44)}`],
    ["dots", "."],
    ["beginnings of JSON Web Tokens", "eyJ"],
    ["beginnings of their parts", "eyJ."],
    ["hexadecimal digits and dashes", "12345678-1234-1234-1234-"],
    ["percent signs", "%25"],
    ["backslashes", "\\"],
    ["base64 of base64", base64(base64(base64("abc".repeat(1000))))],
    ["base64 signs", "ab+cd/ef-gh_"],
    ["escape sequences", "\u001b["],
  ])("of %s is read all the same", (_what, part) => {
    const text = part.repeat(Math.ceil(300_000 / part.length));
    expect(scanForLeaks(text).read).toBe(text.length);
  });
});

describe("strings without number", () => {
  it("are kept up to a bound, those that are named as many again, and the others are counted", () => {
    const unnamed = Array.from({ length: mostKept + 50 }, () => `request ${randomUUID()}`);
    const named = Array.from({ length: 20 }, () => `token ${randomUUID()}`);
    const { leaks, unkept } = scanForLeaks([...unnamed, ...named].join("\n"));
    expect(leaks).toHaveLength(mostKept + 20);
    expect(unkept).toEqual({ uuid: 50 });
  });
});
