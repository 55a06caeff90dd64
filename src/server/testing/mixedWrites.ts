import { randomUUID } from "node:crypto";

import { ask, type Callers } from "./callers.ts";
import type { TestServer } from "./server.ts";

/** Within what the policies below allow. */
const expireAt = Date.UTC(2030, 3, 1);

/**
 * Writes of many kinds, one after the other: tokens of every kind made, rotated, changed and deleted, users, roles, groups, filters,
 * repositories, notes of sessions, and now and then a change of the policies that shortens tokens.
 */
export class MixedWrites {
  readonly #server: TestServer;
  readonly #world: Callers;
  readonly #tokens: string[] = [];
  readonly #others: (() => string)[] = [];
  #count = 0;
  /** What was said of writes that were refused. */
  readonly refused: string[] = [];

  constructor(server: TestServer, world: Callers) {
    this.#server = server;
    this.#world = world;
  }

  /** Carries out some more. */
  async run(writes: number): Promise<void> {
    for (let end = this.#count + writes; this.#count < end; this.#count++) await this.#write(this.#count);
  }

  async #write(number: number): Promise<void> {
    const name = JSON.stringify(`${["deploy", "größe", "監視", 'with "quotes"\\', "…"][number % 5]} ${number}`);
    const unique = JSON.stringify(`made-${number}-${randomUUID().slice(0, 8)}`);
    const token = this.#tokens[(number * 7) % Math.max(1, this.#tokens.length)];
    const id = token === undefined ? undefined : JSON.stringify(token);
    switch (number % 16) {
      case 0:
      case 1:
      case 2:
        return this.#make(
          `createOrganizationPermissionsTokenV2(input: { name: ${name}, organizationPermissions: [ViewUsage], expireAt: ${expireAt} }) { token }`,
        );
      case 3:
      case 4:
        return this.#make(
          `createViewPermissionsTokenV2(input: { name: ${name}, viewPermissions: [ReadAccess], viewIds: [${JSON.stringify(this.#world.sandbox)}] }) { token }`,
        );
      case 5:
        return this.#make(
          `createSystemPermissionsTokenV2(input: { name: ${name}, systemPermissions: [ReadHealthCheck] }) { token }`,
        );
      case 6:
        return this.#send(`addIngestTokenV3(input: { repositoryName: "sandbox", name: ${unique}, parser: "json" }) { name }`);
      case 7:
        return this.#send(`createFleetInstallToken(name: ${unique}) { name }`);
      case 8: {
        if (id === undefined) return;
        this.#tokens.splice(this.#tokens.indexOf(token ?? ""), 1);
        return this.#make(`rotateToken(input: { id: ${id} })`);
      }
      case 9: {
        if (id === undefined) return;
        this.#tokens.splice(this.#tokens.indexOf(token ?? ""), 1);
        return this.#send(`deleteToken(input: { id: ${id} })`);
      }
      case 10: {
        this.#others.push(() => `removeUser(input: { username: ${unique} }) { user { id } }`);
        return this.#send(`addUserV2(input: { username: ${unique} }) { __typename }`);
      }
      case 11:
        return this.#send(`createIPFilter(input: { name: ${name}, ipFilter: "allow 192.0.2.0/24\\ndeny all" }) { id }`);
      case 12:
        return this.#send(`createRole(input: { displayName: ${unique}, viewPermissions: [ReadAccess] }) { role { id } }`);
      case 13: {
        this.#others.push(() => `deleteSearchDomain(name: ${unique}) { result }`);
        return this.#send(`createRepository(name: ${unique}) { repository { id } }`);
      }
      case 14: {
        const other = this.#others.length > 20 ? this.#others.shift() : undefined;
        return this.#send(other?.() ?? `createLogCollectorConfiguration(name: ${unique}) { id }`);
      }
      default:
        if (number % 320 === 15)
          return this.#send(`updateTokenSecurityPolicies(input: { personalUserTokensEnabled: true, viewPermissionTokensEnabled: true,
            viewPermissionTokensAllowPermissionUpdates: true, organizationPermissionTokensEnabled: true,
            organizationPermissionTokensAllowPermissionUpdates: true,
            organizationPermissionTokensEnforceExpirationAfterMs: ${86_400_000 * (400 - (number / 320) * 2)} }) { id }`);
        return this.#send(`addGroup(displayName: ${unique}) { group { id } }`);
    }
  }

  async #make(mutation: string): Promise<void> {
    const { data } = await this.#ask(mutation);
    const text = JSON.stringify(data);
    const [, made] = /"([A-Za-z0-9]{24,32})~/u.exec(text) ?? [];
    if (made !== undefined) this.#tokens.push(made);
  }

  async #send(mutation: string): Promise<void> {
    await this.#ask(mutation);
  }

  async #ask(mutation: string) {
    const answer = await ask(this.#server, this.#world.bearer.root, `mutation { ${mutation} }`);
    for (const { message } of answer.errors) this.refused.push(`${mutation}: ${message}`);
    return answer;
  }
}
