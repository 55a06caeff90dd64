import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { readCommand } from "./commands.ts";
import { ConfigError } from "./readSettings.ts";
import { secretSettings } from "./secretFiles.ts";
import { settingList } from "./settings.ts";

const configOf = (args: string[], environment: Record<string, string> = {}) => {
  const command = readCommand(args, environment);
  if (command.type !== "serve") throw new Error(`The command is ${command.type}.`);
  return command.config;
};
const refusal = (args: string[], environment: Record<string, string> = {}) => {
  try {
    readCommand(args, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("It was accepted.");
};

const help = (...args: string[]) => {
  const command = readCommand(args.length === 0 ? ["--help"] : args, {});
  return command.type === "help" ? command.text : "";
};

describe("the command line", () => {
  it("serves on the loopback address unless told otherwise", () => {
    expect(configOf([])).toEqual({
      port: 8080,
      host: "127.0.0.1",
      dataDir: "./data",
      databaseUrl: undefined,
      publicUrl: undefined,
      trustProxy: [],
      localAdminFrom: [],
      findingsEditors: [],
      auditRetention: 400,
      auditStream: undefined,
      ingestBodyLimit: 33_554_432,
      key: undefined,
      metrics: undefined,
      logscale: undefined,
      strictLogscale: false,
      demo: undefined,
    });
  });

  it("prefers a flag to the variable of the same name", () => {
    expect(configOf(["--port", "8081"], { PORT: "9000", HOST: "::1" })).toMatchObject({ port: 8081, host: "::1" });
  });

  it("serves metrics only where asked for, to whoever holds the token where there is one", () => {
    expect(configOf(["--metrics"]).metrics).toEqual({ token: undefined });
    for (const yes of ["1", "true", "YES", "on"]) expect(configOf([], { METRICS: yes }).metrics).toEqual({ token: undefined });
    for (const no of ["0", "false", "No", "off", ""]) expect(configOf([], { METRICS: no }).metrics).toBeUndefined();
    const token = "x".repeat(16);
    expect(configOf(["--metrics"], { METRICS: "0", METRICS_TOKEN: token }).metrics).toEqual({ token });
    expect(configOf([], { METRICS_TOKEN: token, HOST: "0.0.0.0" }).metrics).toEqual({ token });
    expect(configOf([], { METRICS: "false", METRICS_TOKEN: token }).metrics).toBeUndefined();
    expect(refusal([], { METRICS: "please" })).toBe("METRICS must be true or false.");
    expect(refusal(["--metrics"], { METRICS_TOKEN: "short" })).toMatch(/^METRICS_TOKEN must have at least 16/u);
    expect(refusal(["--metrics-token", token])).toMatch(/metrics-token/u);
  });

  it("serves no metrics without a token where others than this machine may reach the server", () => {
    for (const open of [{ HOST: "0.0.0.0" }, { HOST: "::" }, { PUBLIC_URL: "https://t.example" }, { TRUST_PROXY: "127.0.0.1" }]) {
      expect(refusal(["--metrics"], open)).toMatch(/^METRICS needs a METRICS_TOKEN/u);
      expect(configOf(["--metrics"], { ...open, METRICS_TOKEN: "x".repeat(16) }).metrics).toBeDefined();
      expect(configOf([], open).metrics).toBeUndefined();
    }
    for (const HOST of ["127.0.0.1", "::1", "localhost", "127.1.2.3"])
      expect(configOf(["--metrics"], { HOST }).metrics).toEqual({ token: undefined });
  });

  it("names every setting, flag and secret file in its help, with the value that counts where none is given", () => {
    const text = help();
    expect(settingList.length).toBeGreaterThan(15);
    for (const [, { variable, flag, fallback }] of settingList) {
      for (const word of [variable, flag, fallback]) if (word !== undefined) expect(text).toContain(word);
    }
    for (const setting of secretSettings) expect(text).toContain(`${setting}_FILE`);
  });

  it("tells of each command what it takes, and nothing that it does not heed", () => {
    for (const args of [
      ["help", "restore-kit"],
      ["restore-kit", "--help"],
    ]) {
      const text = help(...args);
      for (const word of ["<file>", "--json", "--data-dir <folder>", "LOGSCALE_TOKEN"]) expect(text).toContain(word);
      expect(text).not.toContain("--strict-logscale");
    }
    expect(help("sign-in-link", "-h")).not.toContain("--json");
  });

  it("prints what makes a shell complete, and answers what the shell asks", () => {
    expect(readCommand(["completion", "zsh"], { PORT: "x" })).toEqual({ type: "completion", shell: "zsh" });
    expect(readCommand(["complete", "--", "serve", "--po", ""], {})).toEqual({ type: "complete", words: ["serve", "--po", ""] });
    expect(refusal(["completion", "tcsh"])).toBe("completion needs the name of a shell: bash, zsh, fish, powershell.");
    expect(refusal(["completion"])).toBe("completion needs the name of a shell.");
  });

  it("lets the system choose a port", () => {
    expect(configOf([], { PORT: "0" }).port).toBe(0);
  });

  it("gives the demo a data folder of its own, unless one is named", () => {
    expect(configOf(["--demo"])).toMatchObject({ dataDir: "./data-demo", demo: { tokens: undefined } });
    expect(configOf(["--demo", "--tokens", "100000"], { DATA_DIR: "/x" })).toMatchObject({
      dataDir: "/x",
      demo: { tokens: 100_000 },
    });
  });

  it("reduces the public address to its origin", () => {
    expect(configOf(["--public-url", "https://Tokens.example.com/"]).publicUrl).toBe("https://tokens.example.com");
  });

  it("reads the key from hexadecimal and from base64", () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, index) => index);
    for (const encoding of ["hex", "base64"] as const) {
      expect(configOf([], { TOKENHOUSE_KEY: Buffer.from(bytes).toString(encoding) }).key).toEqual(bytes);
    }
  });

  it("bounds what ingest routes take, in bytes", () => {
    expect(configOf([]).ingestBodyLimit).toBe(33_554_432);
    expect(configOf([], { INGEST_BODY_LIMIT: "1048576" }).ingestBodyLimit).toBe(1_048_576);
    expect(configOf(["--ingest-body-limit=2048"]).ingestBodyLimit).toBe(2048);
    for (const limit of ["8MB", "-1", "1023", "268435457"])
      expect(refusal([], { INGEST_BODY_LIMIT: limit })).toMatch(/^INGEST_BODY_LIMIT must be/u);
  });

  it("trusts proxies by address and CIDR", () => {
    expect(configOf([], { TRUST_PROXY: "10.0.0.1, 2001:DB8::1,192.168.0.0/16,fd00::/8" }).trustProxy).toEqual([
      "10.0.0.1",
      "2001:DB8::1",
      "192.168.0.0/16",
      "fd00::/8",
    ]);
  });

  it.each(["true", "1", "loopback", "0.0.0.0/0", "::/0", "::ffff:0:0/96", "10.0.0.1,", "10.1", "010.0.0.1", "fe80::1%eth0"])(
    "refuses to trust %s",
    (proxies) => {
      expect(refusal([], { TRUST_PROXY: proxies })).toMatch(/^TRUST_PROXY must list addresses or CIDRs of proxies/u);
    },
  );

  it("takes the local administrator's token from this machine alone, unless addresses or CIDRs are named", () => {
    expect(configOf([]).localAdminFrom).toEqual([]);
    expect(configOf(["--local-admin-from", "172.18.0.1, fd00::/8"]).localAdminFrom).toEqual(["172.18.0.1", "fd00::/8"]);
    for (const from of ["all", "0.0.0.0/0", "::/0", "bridge", "10.0.0.1,"])
      expect(refusal([], { LOCAL_ADMIN_FROM: from })).toMatch(/^LOCAL_ADMIN_FROM must list addresses or CIDRs, .* is neither\./u);
    expect(refusal(["--logscale", "https://logs.example.com"], { LOCAL_ADMIN_FROM: "10.0.0.1" })).toBe(
      "LOCAL_ADMIN_FROM is for the embedded server, which LOGSCALE_URL or --logscale replaces.",
    );
  });

  it.each(["-1", "65536", "http", "80.5", "8e3"])("refuses the port %s", (port) => {
    expect(refusal([`--port=${port}`])).toBe("--port must be a whole number from 0 to 65535.");
  });

  it.each(["tokens.example.com", "ftp://example.com", "https://example.com/path", "https://user:word@example.com"])(
    "refuses the public address %s",
    (address) => {
      expect(refusal([], { PUBLIC_URL: address })).toMatch(/^PUBLIC_URL must be an address/u);
    },
  );

  it("refuses what is no PostgreSQL address, without repeating it, since it may hold a password", () => {
    const message = refusal([], { DATABASE_URL: "mysql://root:hunter2@db/x" });
    expect(message).toMatch(/^DATABASE_URL must be the address of a PostgreSQL database/u);
    expect(message).not.toContain("hunter2");
  });

  it("stands in front of a cluster when one is named", () => {
    expect(configOf(["--logscale", "https://Logs.example.com/"]).logscale).toEqual({
      origin: "https://logs.example.com",
      caFile: undefined,
      timeout: 60_000,
    });
    expect(
      configOf([], { LOGSCALE_URL: "https://logs.example.com:8443", LOGSCALE_CA: "/ca.pem", LOGSCALE_TIMEOUT: "5" }).logscale,
    ).toEqual({ origin: "https://logs.example.com:8443", caFile: "/ca.pem", timeout: 5000 });
  });

  it.each(["logs.example.com", "ftp://logs.example.com", "https://logs.example.com/logscale", "https://u:p@logs.example.com"])(
    "refuses the cluster %s, without repeating it, since it may hold a password",
    (address) => {
      const message = refusal([], { LOGSCALE_URL: address });
      expect(message).toMatch(/^LOGSCALE_URL must be the address of a LogScale cluster/u);
      expect(message).not.toContain("u:p");
    },
  );

  it.each([
    [["--logscale-timeout", "5"], {}, "--logscale-timeout"],
    [["--logscale-plain-http"], {}, "--logscale-plain-http"],
    [[], { LOGSCALE_TIMEOUT: "5" }, "LOGSCALE_TIMEOUT"],
    [[], { LOGSCALE_CA: "/ca.pem", LOGSCALE_URL: "" }, "LOGSCALE_CA"],
  ])("refuses what it would not heed without a cluster: %j %j", (args, environment, source) => {
    expect(refusal(args, environment)).toBe(
      `${source} is for a server in front of a LogScale cluster, which LOGSCALE_URL or --logscale names.`,
    );
  });

  it("takes a database for what is kept about findings in front of a cluster, and the names of who may change that anywhere", () => {
    const url = "postgres://u:hunter2@db/x";
    const gateway = configOf(["--logscale", "https://logs.example.com"], { DATABASE_URL: url, FINDINGS_EDITORS: "ada, bob@x" });
    expect(gateway).toMatchObject({ databaseUrl: url, findingsEditors: ["ada", "bob@x"] });
    expect(configOf(["--findings-editors", "ada"]).findingsEditors).toEqual(["ada"]);
    expect(refusal([], { FINDINGS_EDITORS: "ada,,bob" })).toMatch(/^FINDINGS_EDITORS must list usernames, separated by commas/u);
  });

  it("sends tokens in the clear to this machine alone, unless told outright", () => {
    for (const own of ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"]) {
      expect(configOf(["--logscale", own]).logscale?.origin).toBe(own);
    }
    expect(refusal(["--logscale", "http://10.0.0.1"])).toMatch(/^http:\/\/10\.0\.0\.1 would get every token in the clear/u);
    expect(refusal([], { LOGSCALE_URL: "http://localhost.example.com" })).toContain("in the clear");
    expect(configOf(["--logscale", "http://10.0.0.1", "--logscale-plain-http"]).logscale?.origin).toBe("http://10.0.0.1");
  });

  it("refuses what only the embedded server does where a cluster is named", () => {
    const environment = { LOGSCALE_URL: "https://logs.example.com" };
    expect(refusal(["--demo"], environment)).toMatch(/^--demo is for the embedded server/u);
    expect(refusal(["--strict-logscale"], environment)).toMatch(/^--strict-logscale is for the embedded server/u);
    expect(refusal(["sign-in-link"], environment)).toContain("no sign-in links");
    expect(configOf(["--strict-logscale"]).strictLogscale).toBe(true);
  });

  it.each(["0", "3601", "1.5", "1m"])("refuses to wait %s seconds for the cluster", (seconds) => {
    expect(refusal(["--logscale-timeout", seconds])).toBe("--logscale-timeout must be a whole number of seconds from 1 to 3600.");
  });

  it("refuses a key of another length, without repeating it", () => {
    const message = refusal([], { TOKENHOUSE_KEY: "c2hvcnQ=" });
    expect(message).toBe("TOKENHOUSE_KEY must be 32 bytes, as 64 hexadecimal digits or in base64.");
  });

  it("refuses the key as a flag, which others on the machine could read", () => {
    expect(refusal(["--tokenhouse-key", "x"])).toContain("--tokenhouse-key");
  });

  it("takes the file of a kit for restore-kit, and nothing beyond", () => {
    expect(readCommand(["restore-kit", "kit.json", "--json", "--port", "9"], {})).toMatchObject({
      type: "restore-kit",
      file: "kit.json",
      json: true,
      config: { port: 9 },
    });
    expect(refusal(["restore-kit"])).toBe("restore-kit needs the file of a recovery kit.");
    expect(refusal(["restore-kit", "a", "b"])).toBe("Unexpected argument b.");
    expect(readCommand(["--json", "restore-kit", "kit.json"], {})).toMatchObject({ file: "kit.json", json: true });
    for (const args of [["--json"], ["serve", "--json"], ["--json", "sign-in-link"]])
      expect(refusal(args)).toBe("--json is for restore-kit only.");
    expect(refusal(["restore-kit", "kit.json", "--json=x"])).toBe("--json takes no value.");
    expect(help()).not.toContain("--json");
  });

  it("takes an API token for restore-kit from the environment, which a gateway needs, and heeds it nowhere else", () => {
    const tokenFor = (...args: Parameters<typeof readCommand>) => {
      const command = readCommand(...args);
      return command.type === "restore-kit" ? command.token : undefined;
    };
    expect(tokenFor(["restore-kit", "kit.json"], {})).toBeUndefined();
    expect(tokenFor(["restore-kit", "kit.json"], { LOGSCALE_TOKEN: "" })).toBeUndefined();
    expect(tokenFor(["restore-kit", "kit.json"], { LOGSCALE_TOKEN: "id~secret\n" })).toBe("id~secret");
    const cluster = { LOGSCALE_URL: "https://logs.example.com" };
    expect(tokenFor(["restore-kit", "kit.json"], { ...cluster, LOGSCALE_TOKEN: "id~secret" })).toBe("id~secret");
    expect(refusal(["restore-kit", "kit.json"], cluster)).toMatch(/needs an API token of the cluster in LOGSCALE_TOKEN/u);
    const wrong = refusal(["restore-kit", "kit.json"], { LOGSCALE_TOKEN: "id~sec ret" });
    expect(wrong).toMatch(/^LOGSCALE_TOKEN must be an API token/u);
    expect(wrong).not.toContain("sec");
    expect(configOf([], { LOGSCALE_TOKEN: "id~sec ret" })).toBeDefined();
  });

  it.each([
    [["--prot", "1"], "There is no option --prot."],
    [["--prot=1"], "There is no option --prot."],
    [["--no-metrics"], "There is no option --no-metrics."],
    [["--constructor"], "There is no option --constructor."],
    [["-x"], "There is no option -x."],
    [["--port"], "--port needs a value."],
    [["--host", "--port", "80"], "--host needs a value."],
    [["--data-dir="], "--data-dir needs a value."],
    [["--demo=yes"], "--demo takes no value."],
    [["--demo", "--tokens", "-5"], "--tokens must be a whole number from 1 to 99999999."],
    [["--port", "-1"], "--port must be a whole number from 0 to 65535."],
    [["--port", "1", "-", "x"], "Unknown command -."],
    [["--", "--prot"], "Unknown command --prot."],
  ])("says in words of its own what is wrong with %j", (args, message) => {
    expect(refusal(args)).toBe(message);
  });

  it("takes a value that begins with a dash where it stands in one piece with its flag, and the last of two", () => {
    expect(configOf(["--data-dir=-x"]).dataDir).toBe("-x");
    expect(configOf(["--port", "1", "--port", "2"]).port).toBe(2);
  });

  it("works on the embedded server's audit trail in two ways, and has none in front of a cluster", () => {
    expect(readCommand(["audit", "verify", "--data-dir", "x"], {})).toMatchObject({
      type: "audit",
      task: "verify",
      config: { dataDir: "x" },
    });
    expect(readCommand(["audit", "export"], {})).toMatchObject({ task: "export" });
    expect(() => readCommand(["audit"], {})).toThrow("audit needs what to do");
    expect(() => readCommand(["audit", "sign"], {})).toThrow("audit needs what to do: verify, export.");
    expect(() => readCommand(["audit", "verify"], { LOGSCALE_URL: "https://logs.example.com" })).toThrow("humio-audit");
    expect(readCommand(["serve"], { AUDIT_RETENTION: "30", AUDIT_STREAM: "stdout" })).toMatchObject({
      config: { auditRetention: 30, auditStream: { stdout: true } },
    });
    expect(readCommand(["--audit-stream", "/var/log/audit"], {})).toMatchObject({
      config: { auditStream: { file: "/var/log/audit" } },
    });
    expect(() => readCommand(["--audit-retention", "0"], {})).toThrow("--audit-retention must be a whole number of days");
    expect(() => readCommand([], { LOGSCALE_URL: "https://logs.example.com", AUDIT_STREAM: "stdout" })).toThrow(
      "AUDIT_STREAM is for the embedded server",
    );
  });

  it("refuses unknown commands and surplus arguments", () => {
    expect(refusal(["start"])).toBe("Unknown command start.");
    expect(refusal(["help", "start"])).toBe("Unknown command start.");
    expect(refusal(["serve", "now"])).toBe("Unexpected argument now.");
  });

  it("refuses a number of tokens that is none, or without the demo", () => {
    expect(refusal(["--demo", "--tokens", "many"])).toBe("--tokens must be a whole number from 1 to 99999999.");
    expect(refusal(["--demo", "--tokens", "0"])).toBe("--tokens must be a whole number from 1 to 99999999.");
    expect(refusal(["--tokens", "5"])).toBe("--tokens is for --demo only.");
  });

  it("has help on a task of a command in either order of the words", () => {
    const text = help("policies", "plan", "--help");
    expect(text).toMatch(/^Usage: tokenhouse policies plan /u);
    expect(help("help", "policies", "plan")).toBe(text);
    expect(help("policies", "help", "plan")).toBe(text);
    expect(help("help", "policies")).toMatch(/^Usage: tokenhouse policies /u);
    expect(refusal(["help", "policies", "start"])).toBe("policies needs what to do: export, plan, apply, drift.");
  });

  it("answers --help and --version whatever else is wrong in the environment", () => {
    expect(readCommand(["--help"], { PORT: "x" })).toMatchObject({ type: "help" });
    expect(readCommand(["--version"], { PORT: "x" })).toEqual({ type: "version" });
    const unreadable = { TOKENHOUSE_KEY_FILE: "/nowhere" };
    expect(readCommand(["--help"], unreadable)).toMatchObject({ type: "help" });
    expect(readCommand(["complete", "--", "se"], unreadable)).toMatchObject({ type: "complete" });
    expect(refusal(["sign-in-link"], unreadable)).toMatch(/^TOKENHOUSE_KEY_FILE names a file that cannot be read/u);
  });

  it("takes the address of the running server for sign-in-link", () => {
    expect(readCommand(["sign-in-link", "--port", "9"], {})).toMatchObject({ type: "sign-in-link", config: { port: 9 } });
    expect(readCommand(["sign-in-link"], {})).not.toHaveProperty("user", expect.anything());
    for (const args of [["--user", "ada@example.com"], ["--user=ada@example.com"]])
      expect(readCommand(["sign-in-link", ...args], {})).toMatchObject({ type: "sign-in-link", user: "ada@example.com" });
    for (const args of [["--user"], ["--user="]]) expect(refusal(["sign-in-link", ...args])).toBe("--user needs a username.");
  });
});

describe("the command that reports what expires", () => {
  const expiring = (args: string[], environment: Record<string, string> = {}) => {
    const command = readCommand(["expiring", ...args], environment);
    if (command.type !== "expiring") throw new Error(`The command is ${command.type}.`);
    return command;
  };
  const LOGSCALE_TOKEN = "a-token";

  it("asks the server on this machine for all kinds, 30 days ahead, unless told otherwise", () => {
    expect(expiring([])).toMatchObject({
      config: { port: 8080, dataDir: "./data" },
      origin: undefined,
      token: undefined,
      kinds: ["personal", "view", "organization", "system"],
      within: 2_592_000_000,
      format: "text",
      webhook: undefined,
    });
    expect(
      expiring(["--url", "https://logs.example.com/", "--within", "36h", "--kind", "view, system,view", "--format", "ics"], {
        LOGSCALE_TOKEN,
      }),
    ).toMatchObject({
      origin: "https://logs.example.com",
      token: LOGSCALE_TOKEN,
      kinds: ["view", "system"],
      within: 129_600_000,
      format: "ics",
    });
  });

  it("takes the server from LOGSCALE_URL too, and the flag before it", () => {
    const environment = { LOGSCALE_URL: "https://a.example", LOGSCALE_TOKEN };
    expect(expiring([], environment).origin).toBe("https://a.example");
    expect(expiring(["--url", "http://127.0.0.1:8081"], environment).origin).toBe("http://127.0.0.1:8081");
  });

  it("posts as JSON unless told otherwise, and only with a file that remembers", () => {
    const url = "https://hooks.example/x?y=1";
    expect(expiring(["--webhook", url, "--state", "s.json"]).webhook).toEqual({ url, stateFile: "s.json", format: "json" });
    expect(expiring(["--webhook", url, "--state", "s", "--format", "slack"]).webhook?.format).toBe("slack");
  });

  it("posts to WEBHOOK_URL, whatever server it asks, and only where it is told to remember what it posted", () => {
    const url = "https://hooks.example/x?y=1";
    const webhook = { url, stateFile: "s.json", format: "json" };
    expect(expiring(["--state", "s.json"], { WEBHOOK_URL: url }).webhook).toEqual(webhook);
    const cluster = { LOGSCALE_URL: "https://a.example", LOGSCALE_TOKEN };
    expect(expiring(["--state", "s.json"], { WEBHOOK_URL: url, ...cluster }).webhook).toEqual(webhook);
    expect(expiring(["--state", "s.json", "--webhook", url], { WEBHOOK_URL: "https://other.example" }).webhook).toEqual(webhook);
    expect(expiring([], { WEBHOOK_URL: url }).webhook).toBeUndefined();
    expect(refusal(["serve"], { WEBHOOK_URL: url })).toMatch(/go together/u);
    expect(refusal(["serve"], { WEBHOOK_URL: url, ...cluster })).toMatch(/^WEBHOOK_URL is for the embedded server/u);
  });

  it.each([
    [["--url", "http://logs.example.com"], /must start with https/u],
    [["--url", "https://user:secret@logs.example.com"], /must be an address/u],
    [["--url", "https://logs.example.com"], /needs an API token in LOGSCALE_TOKEN/u],
    [["--within", "30"], /--within: Write a number and its unit/u],
    [["--within"], /--within needs a value/u],
    [["--kind", "ingest"], /"ingest" is none of them/u],
    [["--format", "xml"], /--format knows text, json/u],
    [["--webhook", "https://hooks.example"], /--webhook needs --state/u],
    [["--state", "s"], /--state needs the address to post to: in WEBHOOK_URL/u],
    [["--webhook", "http://hooks.example", "--state", "s"], /must start with https/u],
    [["--webhook", "https://hooks.example", "--state", "s", "--format", "ics"], /Only json and slack can be posted/u],
    [["--token", "secret"], /no option --token/u],
  ])("refuses %j", (args, message) => expect(refusal(["expiring", ...args])).toMatch(message));

  it("reads its token from a file, which no other command looks at", () => {
    const environment = { LOGSCALE_TOKEN_FILE: "/nowhere/at/all" };
    expect(refusal(["expiring"], environment)).toMatch(/LOGSCALE_TOKEN_FILE names a file that cannot be read/u);
    expect(configOf([], environment).port).toBe(8080);
  });
});

describe("the commands on the policies", () => {
  const task = (...args: string[]) => {
    const command = readCommand(["policies", ...args], {});
    if (command.type !== "policies") throw new Error(`The command is ${command.type}.`);
    return command.task;
  };
  const wrong = (...args: string[]) => {
    try {
      readCommand(["policies", ...args], {});
    } catch (error) {
      if (error instanceof ConfigError) return [error.status, error.message];
      throw error;
    }
    throw new Error("It was accepted.");
  };

  it("take what they are told, wherever settings stand", () => {
    expect(task("export")).toEqual({ type: "export", format: "text" });
    expect(task("plan", "-f", "p.yaml", "--out", "plan.json", "--port", "9")).toEqual({
      type: "plan",
      file: "p.yaml",
      format: "text",
      out: "plan.json",
      guards: { allowPartial: false, maxDeleted: undefined, maxStopped: undefined, forbidInUse: false },
    });
    const guards = ["--allow-partial", "--max-deleted", "0", "--max-stopped=5", "--forbid", "in-use"];
    expect(task("apply", "plan.json", "--yes", "--kit", "kits", ...guards)).toEqual({
      type: "apply",
      from: { plan: "plan.json" },
      format: "text",
      yes: true,
      kit: "kits",
      guards: { allowPartial: true, maxDeleted: 0, maxStopped: 5, forbidInUse: true },
    });
    expect(task("apply", "-f", "-")).toMatchObject({ from: { file: "-" }, yes: false, kit: "." });
    expect(task("drift", "--file", "p.yaml", "--format", "json")).toEqual({ type: "drift", file: "p.yaml", format: "json" });
  });

  it.each([
    [[], "policies needs what to do: export, plan, apply, drift."],
    [["pln"], "policies knows export, plan, apply, drift."],
    [["plan"], "Name the file of policies with -f; - is standard input."],
    [["plan", "-f"], "--file needs a value."],
    [["plan", "-f", "x", "--max-deleted", "-1"], "--max-deleted must be a whole number from 0 to 999999999."],
    [["plan", "-f", "x", "--forbid", "all"], "--forbid knows in-use."],
    [["plan", "-f", "x", "--format", "yaml"], "--format knows text, json, markdown."],
    [["plan", "-f", "x", "--yes"], "There is no option --yes."],
    [["plan", "-f", "x", "--port", "many"], "--port must be a whole number from 0 to 65535."],
    [["plan", "-f", "x", "--url", "https://logs.example.com"], /needs an API token in LOGSCALE_TOKEN/u],
    [["plan", "-f", "x", "--token", "secret"], "There is no option --token."],
    [["apply"], /^apply needs a saved plan, or a file of policies with -f/u],
    [["apply", "plan.json", "-f", "x"], /and not both/u],
  ])("end with 1 where the command line is wrong, since 2 says that something would change: %j", (args, message) => {
    expect(wrong(...args)).toEqual([1, typeof message === "string" ? message : expect.stringMatching(message)]);
  });

  it("say in their help what each status means", () => {
    expect(help("policies", "plan", "--help")).toMatch(/Ends with:\n {2}0 {2}nothing would change\n {2}1 /u);
    expect(help("policies", "apply", "--help")).toContain("5  what was planned no longer holds; nothing was changed");
  });

  it("have the folder of the kit made first, wherever a page of the documentation names one", () => {
    const named = ["policies.md", "ci.md"].map((page) => {
      const text = readFileSync(`docs/${page}`, "utf8");
      const kits = Array.from(text.matchAll(/^.*tokenhouse policies apply .*--kit (\S+).*$/gmu));
      for (const { 0: line, 1: folder, index } of kits)
        expect(text.slice(0, index).trimEnd().split("\n").at(-1), line).toMatch(new RegExp(`mkdir -p ${folder}$`, "u"));
      return kits.length;
    });
    expect(named).toEqual([1, 2]);
  });
});
