import { day, hour, minute, second } from "#domain/duration.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import { viewTokenPermissions } from "#domain/token/permissions.ts";
import type { TokenRow } from "#server/store/schema.ts";
import { ipFilters, regions, repositories, services } from "./landscape.ts";
import type { NewUser, People } from "./people.ts";
import type { Chance } from "./random.ts";
import { migrations, organizationPurposes, systemPurposes, viewPurposes } from "./tokenPurposes.ts";

/** What the tokens are made for. */
export interface TokenSetting {
  readonly people: People;
  /** Ids of repositories and views by name. */
  readonly domainIds: ReadonlyMap<string, string>;
  /** Ids of the IP filters, in the order of the landscape's. */
  readonly ipFilterIds: readonly string[];
  /** The start of the day, ms since epoch: ages and expiries count from here. */
  readonly today: number;
  /** Last uses count back from here. */
  readonly now: number;
}

/** Why a token was made, which decides on its age, its expiry, its maker and how it is used. */
type Origin = "migration" | "service" | "trial" | "rotated";

/** Invents exactly `count` tokens of the four kinds. None has expired, nor will any before the second day from now. */
export function inventTokens(chance: Chance, count: number, setting: TokenSetting): TokenRow[] {
  const owners = drawOwners(chance, setting.people.users, Math.round(count * 0.04));
  const organization = Math.round(count * 0.14);
  const system = Math.round(count * 0.06);
  const view = Math.max(0, count - owners.length - organization - system);
  // A company with a hundred times the tokens has its services in more places, rather than a hundred of each name.
  const places = Math.ceil(count / 1500);
  const maker = new TokenMaker(chance, setting, places);
  return [
    ...owners.map((owner) => maker.personal(owner)),
    ...Array.from({ length: view }, () => maker.view()),
    ...Array.from({ length: organization }, () => maker.organization()),
    ...Array.from({ length: system }, () => maker.system()),
  ];
}

/** Who has a personal token: the organization's owner and others by chance, but never the root user. */
function drawOwners(chance: Chance, users: People["users"], count: number): NewUser[] {
  const [, owner, ...others] = users;
  const rest = others.map((user) => ({ user, lot: chance.between(0, 1 << 30) })).toSorted((a, b) => a.lot - b.lot);
  return [owner, ...rest.map(({ user }) => user)].slice(0, count);
}

/** Who of the users makes tokens. */
export function makersOf(users: readonly NewUser[]): readonly NewUser[] {
  return users.filter((_, index) => index % 6 === 1);
}

class TokenMaker {
  readonly #chance: Chance;
  readonly #setting: TokenSetting;
  readonly #places: number;
  /** Who made tokens and is still there. */
  readonly #makers: readonly string[];
  /** When each repository was created. */
  readonly #ids: ReadonlyMap<string, string>;
  readonly #opened: ReadonlyMap<string, number>;
  /** Who moved things on migration days. */
  readonly #migrator: { readonly left: string; readonly present: string };

  constructor(chance: Chance, setting: TokenSetting, places: number) {
    this.#chance = chance;
    this.#setting = setting;
    this.#places = places;
    this.#makers = makersOf(setting.people.users).map((user) => user.username);
    this.#ids = new Map(setting.people.users.map(({ username, id }) => [username, id]));
    this.#opened = new Map(repositories.map(({ name, age }) => [name, setting.today - age * day]));
    this.#migrator = { left: chance.pick(setting.people.leavers), present: chance.pick(this.#makers) };
  }

  personal(owner: NewUser): TokenRow {
    const chance = this.#chance;
    const { today } = this.#setting;
    const createdAt = Math.max(owner.createdAt + hour, today - chance.spread(2 * hour, 4 * 365 * day));
    return {
      ...this.#finish("personal", owner.id, createdAt, "service"),
      name: owner.username,
      expireAt: chance.likely(0.35) ? this.#expiry(createdAt, [30, 90, 180, 365]) : null,
      userId: owner.id,
      createdBy: owner.username,
      creatorKind: "user",
      creatorId: owner.id,
      permissions: [],
      viewIds: [],
    };
  }

  view(): TokenRow {
    const chance = this.#chance;
    const purpose = chance.weighted(viewPurposes);
    const origin = this.#origin();
    const { token, migration, createdBy } = this.#made("view", origin);
    // Nothing has a token for a repository that did not exist yet; the first two have been there from the start.
    const service = chance.pick(services.filter(({ repository }) => (this.#opened.get(repository) ?? 0) <= token.createdAt));
    const name =
      origin === "trial"
        ? chance.pick([
            "test",
            "tmp",
            `debug-${service.name}`,
            `poc-${service.name}`,
            "delete-me",
            `try-${createdBy.split(".")[0]}`,
          ])
        : migration !== undefined && chance.likely(0.6)
          ? `${migration}-${service.name}-${chance.pick(regions)}`
          : purpose.name(service, chance);
    const domains = [
      service.repository,
      ...(chance.likely(0.25) ? [chance.pick(["sre-overview", "compliance", "customer-support"])] : []),
    ];
    return {
      ...token,
      name: this.#placed(name),
      ...this.#creator(createdBy),
      permissions: viewTokenPermissions(origin === "trial" ? ["ReadAccess"] : purpose.permissions),
      viewIds: domains.flatMap((domain) => this.#setting.domainIds.get(domain) ?? []),
    };
  }

  organization(): TokenRow {
    return this.#broad("organization", organizationPurposes);
  }

  system(): TokenRow {
    return this.#broad("system", systemPurposes);
  }

  #broad(
    kind: TokenKind,
    purposes: readonly [number, { readonly name: (chance: Chance) => string; readonly permissions: readonly string[] }][],
  ): TokenRow {
    const chance = this.#chance;
    const purpose = chance.weighted(purposes);
    const { token, createdBy } = this.#made(kind, this.#origin());
    return {
      ...token,
      name: this.#placed(purpose.name(chance)),
      ...this.#creator(createdBy),
      permissions: [...purpose.permissions],
      viewIds: [],
    };
  }

  #origin(): Origin {
    return this.#chance.weighted<Origin>([
      [36, "migration"],
      [34, "service"],
      [8, "trial"],
      [22, "rotated"],
    ]);
  }

  /** A token's dates and maker, by why it was made. */
  #made(kind: TokenKind, origin: Origin): { token: TokenRow; migration?: string; createdBy: string } {
    const chance = this.#chance;
    const { today, people } = this.#setting;
    const id = chance.id(32);
    switch (origin) {
      case "migration": {
        const migration = chance.pick(migrations);
        // Somebody with a script, one afternoon: all of them within twenty minutes.
        const createdAt = today - migration.age * day + 14 * hour + chance.between(0, 20 * minute);
        const createdBy = migration.left ? this.#migrator.left : this.#migrator.present;
        return { token: this.#finish(kind, id, createdAt, origin), migration: migration.name, createdBy };
      }
      case "service": {
        // The company grows: younger tokens are more likely than old ones.
        const createdAt = today - Math.floor(5 * 365 * day * (chance.between(1, 10_000) / 10_000) ** 1.6);
        const token = this.#finish(kind, id, createdAt, origin);
        const expireAt = chance.likely(0.25) ? this.#expiry(createdAt, [365, 730, 1095, 1825]) : null;
        return { token: { ...token, expireAt }, createdBy: this.#somebody(createdAt) };
      }
      case "trial": {
        const createdAt = today - chance.spread(3 * day, 4 * 365 * day);
        return {
          token: this.#finish(kind, id, createdAt, origin),
          createdBy: chance.likely(0.6) ? chance.pick(people.leavers) : this.#somebody(createdAt),
        };
      }
      case "rotated": {
        // Well looked after: young, and with an expiry.
        const createdAt = today - chance.between(2 * hour, 88 * day);
        const token = this.#finish(kind, id, createdAt, origin);
        return {
          token: { ...token, expireAt: this.#expiry(createdAt, [30, 60, 90, 90, 180, 365]) },
          createdBy: this.#somebody(createdAt),
        };
      }
    }
  }

  #somebody(createdAt: number): string {
    const chance = this.#chance;
    const age = this.#setting.today - createdAt;
    // The older a token, the likelier it is that its maker has gone.
    return chance.likely(Math.min(0.5, age / (8 * 365 * day)))
      ? chance.pick(this.#setting.people.leavers)
      : chance.pick(this.#makers);
  }

  /** An expiry after one of the lifetimes given in days, renewed as often as needed to lie ahead. */
  #expiry(createdAt: number, lifetimes: readonly number[]): number {
    const lifetime = this.#chance.pick(lifetimes) * day;
    const soonest = this.#setting.today + 2 * day;
    return createdAt + lifetime * Math.max(1, Math.ceil((soonest - createdAt) / lifetime));
  }

  /** Of those who have left nothing but the name is on record. */
  #creator(createdBy: string): Pick<TokenRow, "createdBy" | "creatorKind" | "creatorId"> {
    const creatorId = this.#ids.get(createdBy) ?? null;
    return { createdBy, creatorKind: creatorId === null ? "unknown" : "user", creatorId };
  }

  #placed(name: string): string {
    return this.#places === 1 ? name : `${name}-${this.#chance.between(1, this.#places)}`;
  }

  /** What all tokens have alike; the rest is left empty. */
  #finish(kind: TokenKind, id: string, createdAt: number, origin: Origin): TokenRow {
    const chance = this.#chance;
    const filter = chance.likely(kind === "view" ? 0.3 : kind === "personal" ? 0.1 : 0.45)
      ? chance.between(0, ipFilters.length - 1)
      : undefined;
    const lastUsedAt = this.#lastUse(createdAt, origin);
    const addresses =
      filter === undefined
        ? (["10.20.4.", "10.22.19.", "203.0.113.", "192.0.2.7"] as const)
        : (ipFilters[filter]?.addresses ?? ["10.0.0."]);
    return {
      id,
      kind,
      name: "",
      // Chosen at random, so that nobody knows a secret with this hash.
      secretHash: chance.bytes(32),
      createdAt,
      expireAt: null,
      ipFilterId: filter === undefined ? null : (this.#setting.ipFilterIds[filter] ?? null),
      userId: null,
      permissions: [],
      viewIds: [],
      createdBy: null,
      creatorKind: "unknown",
      creatorId: null,
      lastUsedAt,
      firstUsedAt: lastUsedAt === null ? null : Math.min(lastUsedAt, createdAt + hour),
      lastUsedFrom: lastUsedAt === null ? null : `${chance.pick(addresses)}${chance.between(1, 9)}`,
    };
  }

  /** Most are in use this very minute, some were forgotten months or years ago, some were never used. */
  #lastUse(createdAt: number, origin: Origin): number | null {
    const chance = this.#chance;
    const { now } = this.#setting;
    const age = now - createdAt;
    const ago =
      origin === "trial"
        ? chance.weighted<() => number | null>([
            [35, () => null],
            [65, () => this.#partOf(age, 900)],
          ])()
        : chance.weighted<() => number | null>([
            [52, () => chance.spread(second, 12 * hour)],
            [18, () => chance.spread(12 * hour, 14 * day)],
            [16, () => this.#partOf(age, 5)],
            [14, () => null],
          ])();
    return ago === null ? null : now - Math.min(ago, age);
  }
  /** At least so many thousandths of an age. Drawn from a fixed range, so that what is drawn next does not depend on the age. */
  #partOf(age: number, thousandths: number): number {
    return Math.floor((age * this.#chance.between(thousandths, 1000)) / 1000);
  }
}
