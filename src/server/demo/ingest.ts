import { randomUUID } from "node:crypto";

import type { Transaction } from "kysely";

import { day, hour } from "#domain/duration.ts";
import { customTokenWeakness } from "#domain/token/tokenWeakness.ts";
import { sealValue } from "#server/services/ingestTokens.ts";
import { randomId } from "#server/store/ids.ts";
import type { Database } from "#server/store/schema.ts";
import type { Vault } from "#server/vault.ts";

import type { Chance } from "./random.ts";

/** The sample organization's ingest tokens: how old they are in days, how many events an hour they bring, and for how many days they have not. */
const tokens = [
  { repository: "checkout", name: "fluent-bit", parser: "json", age: 610, hourly: 5200, silent: 0 },
  { repository: "checkout", name: "legacy log4j appender", parser: "kv", age: 1790, hourly: 0, silent: 390 },
  { repository: "payments", name: "otel-collector", parser: "json", age: 240, hourly: 1900, silent: 0 },
  { repository: "payments", name: "ledger batch", parser: "accesslog", age: 900, hourly: 40, silent: 0 },
  { repository: "warehouse", name: "robots", parser: "json", age: 402, hourly: 3100, silent: 0 },
  { repository: "fleet-telemetry", name: "van-gateway", parser: "kv", age: 730, hourly: 820, silent: 0 },
  { repository: "fleet-telemetry", name: "van-gateway (old firmware)", parser: null, age: 1500, hourly: 0, silent: 45 },
  { repository: "kubernetes", name: "fluent-bit daemonset", parser: "json", age: 260, hourly: 9800, silent: 0 },
  { repository: "network", name: "syslog-ng firewalls", parser: "syslog-utc", age: 1400, hourly: 6400, silent: 0 },
  { repository: "network", name: "zeek sensors", parser: "zeek-json", age: 700, hourly: 2500, silent: 0 },
  { repository: "identity", name: "directory changes", parser: "json", age: 112, hourly: 75, silent: 0 },
  { repository: "security-audit", name: "edr export", parser: "json", age: 320, hourly: 410, silent: 0 },
  { repository: "security-audit", name: "tried out once", parser: null, age: 88, hourly: 0, silent: 88 },
  { repository: "edge", name: "cdn push", parser: "accesslog", age: 500, hourly: 12_000, silent: 0 },
  { repository: "sandbox", name: "my laptop", parser: null, age: 3, hourly: 0, silent: 3 },
] as const;

/** What is rarely wrong with ingest tokens: one with a value that is short, though nobody can guess it, and one that nothing ever sent with. */
const faulty = [
  { repository: "warehouse", name: "label printers", parser: "kv", age: 640, hourly: 12, silent: 0, valueLength: 12 },
  { repository: "edge", name: "waf trial", parser: null, age: 47, hourly: 0, silent: undefined },
] as const;

interface SampleIngestToken {
  readonly repository: string;
  readonly name: string;
  readonly parser: string | null;
  readonly age: number;
  readonly hourly: number;
  /** Undefined when nothing was ever sent with it. */
  readonly silent: number | undefined;
  /** Of a chosen value; a generated one is a UUID. */
  readonly valueLength?: number;
}

/**
 * Gives the sample organization ingest tokens, some in use and some forgotten. `now` lies in the day that began at `today` (both ms since
 * epoch). `names` are of their creators. Values come from the system's generator, since anybody can compute what `chance` gives.
 */
export async function fillIngest(
  trx: Transaction<Database>,
  chance: Chance,
  vault: Vault,
  options: {
    readonly today: number;
    readonly now: number;
    readonly names: readonly string[];
    readonly repositories: ReadonlyMap<string, string>;
    readonly detailed: boolean;
  },
): Promise<void> {
  const { today, now, names, repositories, detailed } = options;
  const made: readonly SampleIngestToken[] = detailed ? [...tokens, ...faulty] : tokens;
  for (const { repository, name, parser, age, hourly, silent, valueLength } of made) {
    const repositoryId = repositories.get(repository);
    if (repositoryId === undefined) continue;
    const id = chance.id(24);
    const createdBy = chance.pick(names);
    const lastHour = now - (now % hour);
    const hours =
      hourly === 0
        ? []
        : Array.from({ length: 25 }, (_, back) => ({
            back,
            events: chance.between(Math.round(hourly * 0.7), Math.round(hourly * 1.3)),
          }));
    const events = silent === undefined ? 0 : hourly === 0 ? chance.between(1, 40_000) : hourly * 24 * Math.min(age, 90);
    const value = valueLength === undefined ? randomUUID() : randomId(valueLength);
    await trx
      .insertInto("ingestTokens")
      .values({
        id,
        repositoryId,
        name,
        parserName: parser,
        ...sealValue(vault, id, value),
        isCustom: valueLength !== undefined,
        weakness: valueLength === undefined ? null : customTokenWeakness(value),
        createdAt: today - age * day,
        createdBy,
        events,
        bytes: events * 310,
        ...(silent === undefined
          ? { lastUsedAt: null, lastUsedFrom: null }
          : {
              firstUsedAt: today - age * day + hour,
              lastUsedAt: hourly === 0 ? today - silent * day + 9 * hour : now - chance.between(1000, 50_000),
              lastUsedFrom: `10.20.${chance.between(0, 9)}.${chance.between(10, 250)}`,
            }),
      })
      .execute();
    if (hours.length > 0) {
      await trx
        .insertInto("ingestHours")
        .values(hours.map(({ back, events }) => ({ tokenId: id, hour: lastHour - back * hour, events })))
        .execute();
    }
  }
}
