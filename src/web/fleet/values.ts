import type { QueryClient } from "@tanstack/react-query";

import { readFleetTokens } from "#logscale/readFleetTokens.ts";
import { call, CallError } from "#web/api/client.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { sessionOf } from "#web/api/queries.ts";
import { offers } from "#web/api/session.ts";
import { Secret } from "#web/secrets/secret.ts";

import { handlesOf } from "./handles.ts";

/** The commands to enrol a machine with a token, for each of its systems. */
export interface EnrolCommands {
  readonly linux: Secret;
  readonly macos: Secret;
  readonly windows: Secret;
}

const loadExtension = () => loadPart(() => import("#logscale/generated/fleetTokenExtension.ts"));

/**
 * Does something with the value of a fleet token, by which a server knows it, and forgets it.
 *
 * @throws CallError, with NOT_FOUND when the token is gone, and what `act` throws
 */
export async function withFleetValue<T>(client: QueryClient, handle: string, act: (value: string) => Promise<T>): Promise<T> {
  const values = createFleetValues(client);
  try {
    return await act((await values.read(handle)).reveal());
  } finally {
    values.forget();
  }
}

/**
 * Reads the server's own commands to enrol with a token, past every cache.
 *
 * @throws CallError, with NOT_FOUND when the token is gone
 */
export async function readEnrolCommands(client: QueryClient, handle: string): Promise<EnrolCommands> {
  const found = (await givesByHandle(client)) ? await commandsByHandle(handle) : await commandsByValue(client, handle);
  if (!found) throw gone();
  const { linuxCommand, macosCommand, windowsCommand } = found.installationCommands;
  return { linux: new Secret(linuxCommand), macos: new Secret(macosCommand), windows: new Secret(windowsCommand) };
}

/** Values of fleet tokens that are read for what is done with them, past every cache. */
export interface FleetValues {
  /** @throws CallError, with NOT_FOUND when the token is gone */
  readonly read: (handle: string) => Promise<Secret>;
  /** Forgets all that were read. */
  readonly forget: () => void;
}

/** Reads each value by itself where the server gives it by its handle. A cluster tells all together: they are read once, and held. */
export function createFleetValues(client: QueryClient): FleetValues {
  const held: Secret[] = [];
  const hold = (text: string) => {
    const secret = new Secret(text);
    held.push(secret);
    return secret;
  };
  let all: Promise<ReadonlyMap<string, Secret>> | undefined;
  const readAll = async () => {
    const reading = (all ??= readAllValues(hold));
    try {
      return await reading;
    } catch (error) {
      // The next that is asked for reads again.
      if (all === reading) all = undefined;
      throw error;
    }
  };
  return {
    async read(handle) {
      const byHandle = await givesByHandle(client);
      const value = byHandle ? await readValue(handle, hold) : (await readAll()).get(handle);
      if (value === undefined) throw gone();
      return value;
    },
    forget() {
      for (const secret of held.splice(0)) secret.forget();
      all = undefined;
    },
  };
}

async function givesByHandle(client: QueryClient): Promise<boolean> {
  return offers(await sessionOf(client), "fleetOrigin");
}

async function readValue(handle: string, hold: (text: string) => Secret): Promise<Secret | undefined> {
  const { FleetTokenValueDocument } = await loadExtension();
  const found = (await call(FleetTokenValueDocument, { handle })).fleetInstallationTokenByHandle;
  return found ? hold(found.token) : undefined;
}

async function readAllValues(hold: (text: string) => Secret): Promise<ReadonlyMap<string, Secret>> {
  const values = new Map<string, Secret>();
  await readFleetTokens({
    ask: call,
    withOrigin: false,
    withExpiry: false,
    handlesOf,
    rowOf(wire, handle) {
      values.set(handle, hold(wire.token ?? ""));
      return { handle, name: wire.name, configuration: null };
    },
    signal: new AbortController().signal,
  });
  return values;
}

async function commandsByHandle(handle: string) {
  const { FleetTokenCommandsByHandleDocument } = await loadExtension();
  return (await call(FleetTokenCommandsByHandleDocument, { handle })).fleetInstallationTokenByHandle;
}

async function commandsByValue(client: QueryClient, handle: string) {
  const { FleetTokenCommandsDocument } = await loadPart(() => import("#logscale/generated/fleetToken.ts"));
  return withFleetValue(
    client,
    handle,
    async (fleetToken) => (await call(FleetTokenCommandsDocument, { fleetToken })).fleetInstallationToken,
  );
}

function gone(): CallError {
  return new CallError({ kind: "refused", code: "NOT_FOUND", message: "The fleet token was deleted meanwhile." });
}
