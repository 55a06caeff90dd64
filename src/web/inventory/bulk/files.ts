import type { BulkAction } from "#domain/inventory/bulk.ts";
import { whoseTurn } from "#domain/inventory/acting.ts";
import { inventoryTraits, type InventoryToken } from "#domain/inventory/item.ts";
import { isoInstant } from "#domain/instant.ts";
import { nameInText } from "#domain/name.ts";
import { ownerLabel } from "#web/inventory/facets.ts";
import { facetSpecials, ownerValue } from "#web/inventory/link.ts";
import { compareNames } from "#domain/compareNames.ts";
import { toCsv } from "#domain/csv.ts";

import type { BulkOutcome } from "./perform.ts";
import type { BulkFate } from "./run.ts";
import { doneWords, fateWords } from "./words.ts";

/** What makes new secrets. */
export type SecretsAction = Extract<BulkAction["type"], "rotate" | "renew">;

/** A token that was given another secret or a successor, whose secret is not forgotten yet. */
export interface NewSecret {
  readonly token: InventoryToken;
  readonly made: NonNullable<BulkOutcome>;
}

/** New secrets by who is to act for their tokens, by name; whose owner is not known comes last. */
export function secretsByOwner(
  secrets: readonly NewSecret[],
): readonly { readonly key: string; readonly label: string; readonly secrets: readonly NewSecret[] }[] {
  const owners = new Map<string, { readonly key: string; readonly label: string; readonly secrets: NewSecret[] }>();
  for (const secret of secrets) {
    const acting = whoseTurn(secret.token);
    const key = ownerValue(acting);
    const known = owners.get(key) ?? { key, label: ownerLabel(acting), secrets: [] };
    owners.set(key, known);
    known.secrets.push(secret);
  }
  const unknown = ({ key }: { readonly key: string }) => Number(key === facetSpecials.noOwner);
  return [...owners.values()].toSorted((a, b) => unknown(a) - unknown(b) || compareNames(a.label, b.label));
}

/** Where new secrets come from, for the file. */
export interface SecretsSource {
  readonly type: SecretsAction;
  readonly server: string;
  /** Ms since epoch. */
  readonly now: number;
}

/** The new secrets as a CSV file. The one place beside {@link secretsJson} where they are put into a text, which nobody may keep. */
export function secretsCsv(secrets: readonly NewSecret[], { type, server, now }: SecretsSource): string {
  return toCsv([
    [
      "Kind",
      "Name",
      "New name",
      "Repository",
      "Owner",
      "Former id",
      "New id",
      "Token",
      "Server",
      type === "rotate" ? "Rotated by" : "Renewed by",
    ],
    ...secrets.map(({ token, token: { kind, name, id, ingest }, made }) => [
      inventoryTraits[kind].noun,
      nameInText(name),
      nameInText(made.name ?? name),
      ingest === undefined ? "" : nameInText(ingest.repository),
      nameInText(ownerLabel(whoseTurn(token))),
      id ?? "",
      made.id ?? "",
      made.secret.reveal(),
      server,
      isoInstant(now),
    ]),
  ]);
}

/** The new secrets as a JSON file. */
export function secretsJson(secrets: readonly NewSecret[], { type, server, now }: SecretsSource): string {
  return JSON.stringify(
    {
      format: `tokenhouse-${doneWords[type]}-tokens`,
      version: 1,
      server,
      savedAt: isoInstant(now),
      tokens: secrets.map(({ token, token: { kind, name, id, ingest }, made }) => ({
        kind,
        name,
        ...(made.name !== undefined && { newName: made.name }),
        ...(ingest !== undefined && { repository: ingest.repository }),
        owner: whoseTurn(token).name,
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
  if (fate.at === "refused") return `${words}: ${fate.failure.message}`;
  if (fate.at !== "done" || type !== "renew") return words;
  const { name: successor, recorded } = fate.made ?? {};
  return [
    successor === undefined ? words : `${words} as ${nameInText(successor)}`,
    ...(fate.made === undefined ? ["the page of the new one shows its value"] : []),
    ...(recorded === false ? ["that it replaces this one could not be written down, so the two are a pair by guess alone"] : []),
  ].join("; ");
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
