import type { Transaction } from "kysely";

import { day } from "#domain/duration.ts";
import { sealText } from "#server/services/collectorConfigurations.ts";
import { sealValue, valueLength } from "#server/services/fleet.ts";
import { randomId } from "#server/store/ids.ts";
import type { Database } from "#server/store/schema.ts";
import type { Vault } from "#server/vault.ts";

import type { Chance } from "./random.ts";

/** The sample organization's collector configurations. Ages in days. */
const configurations = [
  {
    name: "linux-baseline",
    description: "Every Linux machine: system log and audit trail.",
    version: 7,
    age: 41,
    yaml: `sources:
  journal:
    type: journald
    sink: infrastructure
  audit:
    type: file
    include: /var/log/audit/audit.log
    sink: infrastructure
sinks:
  infrastructure:
    type: humio
    url: https://logs.larkspur.internal
    token: "\${INGEST_TOKEN}"
`,
  },
  {
    name: "windows-domain",
    description: "Domain controllers and file servers.",
    version: 3,
    age: 112,
    yaml: `sources:
  security_events:
    type: wineventlog
    channels:
      - name: Security
      - name: System
    sink: identity
sinks:
  identity:
    type: humio
    url: https://logs.larkspur.internal
    token: "\${INGEST_TOKEN}"
`,
    draft: { age: 2, extra: "# Planned: the channels of the print servers.\n" },
  },
  {
    name: "store-gateways",
    description: null,
    version: 0,
    age: 6,
    yaml: null,
    draft: { age: 6, extra: "sources:\n  firewall:\n    type: syslog\n    mode: udp\n    port: 514\n    sink: network\n" },
  },
] as const;

/** The sample organization's fleet tokens, each with the configuration it is assigned. Ages in days. */
const fleetTokens = [
  { name: "warehouse robots", configuration: "linux-baseline", age: 402 },
  { name: "kubernetes nodes", configuration: "linux-baseline", age: 260 },
  { name: "office file servers", configuration: "windows-domain", age: 118 },
  { name: "domain controllers", configuration: "windows-domain", age: 118 },
  { name: "store gateways (pilot)", configuration: null, age: 6 },
] as const;

/**
 * Gives the sample organization fleet tokens and collector configurations. Values come from the system's generator: what `chance` gives
 * everybody can compute. `names` are of those who made them.
 */
export async function fillFleet(
  trx: Transaction<Database>,
  chance: Chance,
  vault: Vault,
  today: number,
  names: readonly string[],
): Promise<void> {
  const ids = new Map<string, string>();
  for (const { name, description, version, age, yaml, ...more } of configurations) {
    const id = chance.id(32);
    ids.set(name, id);
    const draft = "draft" in more ? more.draft : undefined;
    const draftAt = draft === undefined ? null : today - draft.age * day;
    await trx
      .insertInto("collectorConfigurations")
      .values({
        id,
        name,
        description,
        version,
        sealedYaml: yaml === null ? null : sealText(vault, id, yaml),
        yamlCharacters: yaml?.length ?? 0,
        sealedDraft: draft === undefined ? null : sealText(vault, id, `${yaml ?? ""}${draft.extra}`),
        draftModifiedAt: draftAt,
        modifiedAt: draftAt ?? today - age * day,
        modifiedBy: chance.pick(names),
      })
      .execute();
  }
  for (const { name, configuration, age } of fleetTokens) {
    const id = chance.id(32);
    await trx
      .insertInto("fleetTokens")
      .values({
        id,
        name,
        ...sealValue(vault, id, randomId(valueLength)),
        configurationId: configuration === null ? null : (ids.get(configuration) ?? null),
        createdAt: today - age * day,
        createdBy: chance.pick(names),
      })
      .execute();
  }
}
