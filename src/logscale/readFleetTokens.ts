import { plainLong, type Long } from "#domain/long.ts";

import { FleetTokenPageDocument } from "./generated/fleet.ts";
import { FleetTokenPageWithOriginDocument } from "./generated/fleetExtension.ts";
import type { FleetTokenPartsFragment } from "./generated/graphql.ts";
import { loadPages } from "./pages.ts";
import type { Ask } from "./readTokens.ts";

/** A fleet token without its value. What the backend can't tell is absent. */
export interface FleetTokenFacts {
  /** What stands for it in links. */
  readonly handle: string;
  readonly name: string;
  /** Null when none is assigned. */
  readonly configuration: { readonly id: string; readonly name: string } | null;
  /** Ms since epoch. */
  readonly createdAt?: Long;
  readonly createdBy?: string;
  /** Ms since epoch, null for never; absent where the server has no such thing, so that none expires. */
  readonly expireAt?: Long | null;
}

/** A whole list; `steady` is false when it kept changing while it was read. */
export interface WholeList<Row> {
  readonly rows: readonly Row[];
  readonly steady: boolean;
}

/** All fleet tokens without their values. */
export interface AllFleetTokens extends WholeList<FleetTokenFacts> {
  /** The server's time when reading began. */
  readonly loadedAt: number;
}

/** A fleet token as the server gives it: with what stands for its value, or where it has no such thing with the value. */
type WireFleetToken = FleetTokenPartsFragment & {
  readonly token?: string;
  readonly handle?: string;
  readonly createdAt?: Long;
  readonly createdBy?: string;
  readonly expiresAt?: Long | null;
};

/** Where fleet tokens are read from. */
export interface FleetSource<Row> {
  readonly ask: Ask;
  /** Whether the server tells when they were made, and by whom, and lists them without their values. */
  readonly withOrigin: boolean;
  /** Whether it tells when they expire; with origins it does. */
  readonly withExpiry: boolean;
  /** What stands for values in links, in their order. */
  readonly handlesOf: (values: readonly string[]) => readonly string[] | Promise<readonly string[]>;
  readonly rowOf: (wire: WireFleetToken, handle: string) => Row;
  readonly signal: AbortSignal;
}

/**
 * Reads all fleet tokens, by name.
 *
 * @throws what `ask` throws
 */
export async function readFleetTokens<Row extends FleetTokenFacts>(source: FleetSource<Row>): Promise<WholeList<Row>> {
  const { ask, handlesOf, rowOf } = source;
  const pageOf = await pagesBy(source);
  const { rows, whole } = await loadPages<Row>({
    fetchPage: async (skip, limit, signal) => {
      const { totalResults, results } = await pageOf({ skip, limit }, ask, signal);
      const values = results.flatMap(({ token }) => token ?? []);
      const handles = values.length === 0 ? [] : await handlesOf(values);
      return { total: totalResults, rows: results.map((wire, index) => rowOf(wire, wire.handle ?? handles[index] ?? "")) };
    },
    idOf: ({ handle }) => handle,
    fingerprint: ({ handle, name, configuration, expireAt = null }) =>
      JSON.stringify([handle, name, configuration, plainLong(expireAt)]),
    signal: source.signal,
  });
  return { rows, steady: whole };
}

interface WirePage {
  readonly totalResults: number;
  readonly results: readonly WireFleetToken[];
}

type ReadPage = (range: { readonly skip: number; readonly limit: number }, ask: Ask, signal: AbortSignal) => Promise<WirePage>;

/** Reads a page by what the server tells. */
async function pagesBy({ withOrigin, withExpiry }: Pick<FleetSource<never>, "withOrigin" | "withExpiry">): Promise<ReadPage> {
  if (withOrigin) {
    return async (range, ask, signal) =>
      (await ask(FleetTokenPageWithOriginDocument, range, { signal })).searchFleetInstallationTokens;
  }
  const document = withExpiry
    ? (await import("./generated/fleetExpiryExtension.ts")).FleetTokenPageWithExpiryDocument
    : FleetTokenPageDocument;
  return async (range, ask, signal) => (await ask(document, range, { signal })).searchFleetInstallationTokens;
}

/** What is kept of a fleet token, without its value. */
export function fleetFactsFromWire(
  { name, assignedConfiguration, createdAt, createdBy, expiresAt }: WireFleetToken,
  handle: string,
): FleetTokenFacts {
  return {
    handle,
    name,
    configuration: assignedConfiguration ? { id: assignedConfiguration.id, name: assignedConfiguration.name } : null,
    ...(createdAt !== undefined && { createdAt }),
    ...(createdBy !== undefined && { createdBy }),
    ...(expiresAt !== undefined && { expireAt: expiresAt }),
  };
}
