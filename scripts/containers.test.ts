import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");

/** The instructions of the last stage, one each, with their continuation lines. */
const lastStage = read("Dockerfile")
  .replaceAll(/^#.*\n/gmu, "")
  .replaceAll(/\\\n\s*/gu, "")
  .split(/^FROM /mu)
  .at(-1)
  ?.split("\n");

const instructions = (name: string) =>
  (lastStage ?? []).filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

describe("the image", () => {
  it("runs as a user by number, who owns the data folder and nothing else", () => {
    expect(instructions("USER")).toEqual(["1000:1000"]);
    expect(lastStage?.findIndex((line) => line.startsWith("RUN "))).toBeLessThan(lastStage?.indexOf("USER 1000:1000") ?? -1);
    expect(instructions("RUN").filter((line) => line.includes("node") && line.includes("-o "))).toEqual([
      "install -d -o node -g node -m 0700 /data",
    ]);
    expect(instructions("COPY").filter((line) => line.includes("--chown"))).toEqual([]);
    expect(instructions("VOLUME")).toEqual(["/data"]);
    expect(instructions("ENV").join(" ")).toContain("DATA_DIR=/data");
  });

  it("keeps memory small by the same settings as the unit and npm start", () => {
    const [settings, flag] = [["MALLOC_ARENA_MAX=2", "MALLOC_MMAP_THRESHOLD_=1048576"], "--v8-pool-size=1"] as const;
    expect(instructions("ENV").join(" ").split(" ")).toEqual(expect.arrayContaining(settings));
    expect(instructions("ENTRYPOINT")).toEqual([`["node", "${flag}", "dist/server/main.js"]`]);
    const [, environment = ""] = /^Environment=(.*)$/mu.exec(read("docs/systemd/tokenhouse.service")) ?? [];
    expect(environment.split(" ")).toEqual(expect.arrayContaining([...settings, `NODE_OPTIONS=${flag}`]));
    const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
    for (const name of ["start", "demo"])
      expect(scripts[name]).toContain(`${settings.join(" ")} exec node ${flag} dist/server/main.js`);
  });

  it("has no dev dependencies and nothing that installs packages", () => {
    expect(read("Dockerfile")).toContain("npm prune --omit=dev");
    expect(instructions("COPY").every((line) => line.startsWith("--from=build /build/"))).toBe(true);
    const removed = instructions("RUN").find((line) => line.startsWith("rm -rf")) ?? "";
    for (const tool of ["/usr/local/lib/node_modules", "/usr/local/bin/npm", "/usr/local/bin/npx", "/usr/local/bin/corepack"]) {
      expect(removed.split(" ")).toContain(tool);
    }
  });

  it("says whether the process answers, by what the image has", () => {
    const [check = ""] = instructions("HEALTHCHECK");
    expect(check).toMatch(/CMD \["node", .*\/healthz/u);
  });
});

interface Service {
  readonly build?: string;
  readonly image?: string;
  readonly user?: string;
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly read_only: boolean;
  readonly tmpfs: readonly string[];
  readonly volumes: readonly string[];
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly mem_limit: string;
  readonly memswap_limit: string;
  readonly cpus: number;
  readonly pids_limit: number;
  readonly ulimits: { readonly core: number };
  readonly environment: Readonly<Record<string, string>>;
  readonly logging: { readonly options: Readonly<Record<string, string>> };
}

interface Compose {
  readonly services: Readonly<Record<"tokenhouse" | "postgres", Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
}

describe("the containers", () => {
  const { services, networks } = parse(read("compose.yaml"), { merge: true }) as Compose;

  it.each(["tokenhouse", "postgres"] as const)("bound what %s may do and use", (which) => {
    const service = services[which];
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      ulimits: { core: 0 },
    });
    expect(service.mem_limit).toMatch(/^\d+g$/u);
    expect(service.memswap_limit).toBe(service.mem_limit);
    expect(service.cpus).toBeGreaterThan(0);
    expect(service.pids_limit).toBeGreaterThan(0);
    expect(service.tmpfs.every((mount) => /^\/[\w/]+:size=\d+m,/u.test(mount))).toBe(true);
    expect(service.volumes).toHaveLength(1);
    expect(Object.keys(service.logging.options)).toEqual(["max-size", "max-file"]);
    // No secret stands in the environment, which everybody sees who may inspect a container.
    const secrets = Object.keys(service.environment).filter((name) => /PASSWORD|KEY|DATABASE_URL/u.test(name));
    expect(secrets.length).toBeGreaterThan(0);
    for (const name of secrets) expect(service.environment[name]).toMatch(/^\/run\/secrets\//u);
  });

  it("reach PostgreSQL by a network of its own alone, with passwords that no log and no copy of the database tells", () => {
    const { postgres, tokenhouse } = services;
    expect(postgres.ports).toBeUndefined();
    expect(postgres.networks).toEqual(["database"]);
    expect(networks["database"]).toEqual({ internal: true });
    expect(tokenhouse.networks).toContain("database");
    expect(postgres.user).toMatch(/^[1-9]\d*:[1-9]\d*$/u);
    expect(postgres.environment).toMatchObject({
      POSTGRES_INITDB_ARGS: "--auth=scram-sha-256 --data-checksums",
      POSTGRES_HOST_AUTH_METHOD: "scram-sha-256",
    });
  });

  it("publish the server to the machine itself alone", () => {
    expect(services.tokenhouse.ports).toEqual(["127.0.0.1:8080:8080"]);
  });
});

describe("the unit of systemd", () => {
  const unit = new Map<string, string[]>();
  for (const line of read("docs/systemd/tokenhouse.service").split("\n")) {
    const [, name, value = ""] = /^(\w+)=(.*)$/u.exec(line) ?? [];
    if (name !== undefined) unit.set(name, [...(unit.get(name) ?? []), value]);
  }
  const setting = (name: string) => unit.get(name)?.join(" ");

  it("bounds memory, tasks and system calls", () => {
    expect(setting("MemoryMax")).toBe("2G");
    expect(setting("TasksMax")).toBe("128");
    expect(unit.get("SystemCallFilter")).toEqual(["@system-service", "~@privileged"]);
    expect(setting("SystemCallErrorNumber")).toBe("EPERM");
    expect(setting("SystemCallArchitectures")).toBe("native");
  });

  it("lets the service write to its own folder alone, as a user of its own without rights", () => {
    expect(setting("DynamicUser")).toBe("yes");
    expect(setting("StateDirectory")).toBe("tokenhouse");
    expect(setting("Environment")).toContain("DATA_DIR=/var/lib/tokenhouse");
    expect(setting("ProtectSystem")).toBe("strict");
    expect(setting("CapabilityBoundingSet")).toBe("");
    for (const name of ["NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "PrivateUsers", "RestrictNamespaces"]) {
      expect(setting(name)).toBe("yes");
    }
    expect(setting("LimitCORE")).toBe("0");
  });

  it("lets V8 compile, which MemoryDenyWriteExecute would refuse", () => {
    expect(unit.has("MemoryDenyWriteExecute")).toBe(false);
  });
});
