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
 * Reads the value of a fleet token, by which a server knows it, past every cache. A cluster tells the values of all together; the others
 * are dropped.
 *
 * @throws CallError, with NOT_FOUND when the token is gone
 */
export async function readFleetValue(client: QueryClient, handle: string): Promise<Secret> {
  if (await givesByHandle(client)) {
    const { FleetTokenValueDocument } = await loadExtension();
    const found = (await call(FleetTokenValueDocument, { handle })).fleetInstallationTokenByHandle;
    if (!found) throw gone();
    return new Secret(found.token);
  }
  const values = await readAllValues();
  const value = values.get(handle);
  for (const other of values.values()) if (other !== value) other.forget();
  if (value === undefined) throw gone();
  return value;
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

/** Reads values for an act on several fleet tokens: one by one where the server gives each by its handle, else all of them once. */
export function createFleetValues(client: QueryClient): {
  /** @throws CallError, with NOT_FOUND when the token is gone */
  readonly read: (handle: string) => Promise<Secret>;
  readonly forget: () => void;
} {
  let all: Promise<ReadonlyMap<string, Secret>> | undefined;
  return {
    async read(handle) {
      if (await givesByHandle(client)) return readFleetValue(client, handle);
      all ??= readAllValues();
      const value = (await all).get(handle);
      if (value === undefined) throw gone();
      return value;
    },
    forget() {
      void all?.then((values) => {
        for (const value of values.values()) value.forget();
      });
      all = undefined;
    },
  };
}

async function givesByHandle(client: QueryClient): Promise<boolean> {
  return offers(await sessionOf(client), "fleetOrigin");
}

async function readAllValues(): Promise<ReadonlyMap<string, Secret>> {
  const values = new Map<string, Secret>();
  await readFleetTokens({
    ask: call,
    withOrigin: false,
    withExpiry: false,
    handlesOf,
    rowOf(wire, handle) {
      values.set(handle, new Secret(wire.token ?? ""));
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
  const [{ FleetTokenCommandsDocument }, value] = await Promise.all([
    loadPart(() => import("#logscale/generated/fleetToken.ts")),
    readFleetValue(client, handle),
  ]);
  return (await call(FleetTokenCommandsDocument, { fleetToken: value.reveal() })).fleetInstallationToken;
}

function gone(): CallError {
  return new CallError({ kind: "refused", code: "NOT_FOUND", message: "The fleet token was deleted meanwhile." });
}
