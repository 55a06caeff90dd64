import type { BulkAction } from "#domain/inventory/bulk.ts";
import { inventoryTraits, type InventoryToken } from "#domain/inventory/item.ts";
import { isoInstant } from "#domain/instant.ts";
import { nameInText } from "#domain/name.ts";
import { toCsv } from "#web/ui/csv.ts";

import type { BulkOutcome } from "./perform.ts";
import type { BulkFate } from "./run.ts";
import { fateWords } from "./words.ts";

/** A token that was given another secret, which is not forgotten yet. */
export interface NewSecret {
  readonly token: InventoryToken;
  readonly made: NonNullable<BulkOutcome>;
}

/** Where the secrets of a rotation come from, for the file. */
export interface SecretsSource {
  readonly server: string;
  /** Ms since epoch. */
  readonly now: number;
}

/** The new secrets as a CSV file. The one place beside {@link secretsJson} where they are put into a text, which nobody may keep. */
export function secretsCsv(secrets: readonly NewSecret[], { server, now }: SecretsSource): string {
  return toCsv([
    ["Kind", "Name", "Former id", "New id", "Token", "Server", "Rotated by"],
    ...secrets.map(({ token: { kind, name, id }, made }) => [
      inventoryTraits[kind].noun,
      nameInText(name),
      id ?? "",
      made.id ?? "",
      made.secret.reveal(),
      server,
      isoInstant(now),
    ]),
  ]);
}

/** The new secrets as a JSON file. */
export function secretsJson(secrets: readonly NewSecret[], { server, now }: SecretsSource): string {
  return JSON.stringify(
    {
      format: "tokenhouse-rotated-tokens",
      version: 1,
      server,
      savedAt: isoInstant(now),
      tokens: secrets.map(({ token: { kind, name, id }, made }) => ({
        kind,
        name,
        formerId: id,
        id: made.id,
        token: made.secret.reveal(),
      })),
    },
    undefined,
    1,
  );
}

/** What became of one token. */
export interface Result {
  readonly token: InventoryToken;
  readonly fate: BulkFate<BulkOutcome>;
}

/** What became of a token, in a sentence, with the server's own words where it refused. */
export function resultWords({ fate }: Result, type: BulkAction["type"]): string {
  const words = fateWords(fate.at, type);
  return fate.at === "refused" ? `${words}: ${fate.failure.message}` : words;
}

/** What became of each token as a CSV file, without a secret. */
export function resultsCsv(results: readonly Result[], type: BulkAction["type"]): string {
  return toCsv([
    ["Name", "Kind", "Id", "Repository", "Outcome", "New id"],
    ...results.map((result) => {
      const { token, fate } = result;
      return [
        nameInText(token.name),
        inventoryTraits[token.kind].noun,
        token.id ?? "",
        token.ingest === undefined ? "" : nameInText(token.ingest.repository),
        resultWords(result, type),
        fate.at === "done" ? (fate.made?.id ?? "") : "",
      ];
    }),
  ]);
}
