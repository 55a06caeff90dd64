import type { FilterJudge } from "#domain/filter/judge.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { acceptsEverything } from "#domain/filter/ranges.ts";
import { inventoryKeyOf, type InventoryKind, type InventoryToken, type TokenRights } from "#domain/inventory/item.ts";
import type { SuccessorLink } from "#domain/inventory/notes.ts";
import type { FindingThresholds } from "#domain/inventory/thresholds.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { localAdministrator, type Creator } from "#domain/token/creator.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";
import type { PermissionEntry, PermissionRisk } from "#domain/token/permissions.ts";
import { risksOf, wordPermissions } from "#domain/token/permissionWords.ts";
import { holdingsOfToken, mayGive, rootHoldings, type Holdings } from "#domain/token/rights.ts";

import { hasRights, type RuleAnswer } from "./concerns.ts";

/** Somebody of the organization. */
export interface KnownPerson {
  readonly id: string;
  readonly username: string;
  /** What the person holds, as far as it is certain; undefined where nobody can tell. */
  readonly holdings: Holdings | undefined;
}

/** Everybody of the organization. */
export interface KnownPeople {
  readonly byId: ReadonlyMap<string, KnownPerson>;
  readonly byName: ReadonlyMap<string, KnownPerson>;
}

/** What findings are judged by. What could not be read is undefined; what rests on it is then `unknown`. */
export interface FindingsContext {
  /** Ms since epoch. */
  readonly now: number;
  readonly thresholds: FindingThresholds;
  readonly judge: FilterJudge;
  /** By id, as far as they could be read. */
  readonly filters: ReadonlyMap<string, Pick<IpFilter, "name" | "ipFilter">>;
  readonly policies: Policies | undefined;
  readonly people: KnownPeople | undefined;
  /** The rights of a token that carries its own; undefined where they were not read. Equal ones share their arrays. */
  readonly rightsOf: (token: InventoryToken) => TokenRights | undefined;
  /** The kinds of which every token is there. */
  readonly complete: ReadonlySet<InventoryKind>;
  /** Which tokens are recorded to replace which. */
  readonly links?: readonly SuccessorLink[] | undefined;
  /** Whether somebody has put a finding aside for now. */
  readonly dismissed?: ((token: InventoryToken, rule: string) => boolean) | undefined;
}

/** What a filter lets through. */
type FilterReach = "everything" | "something" | "unknown";

/** What an owner is and holds, as far as it is known here. */
export interface OwnerFacts {
  readonly state: "here" | "gone" | "unknown";
  readonly holdings: Holdings | undefined;
}

interface RightsFacts {
  readonly risks: Readonly<Record<PermissionRisk, readonly PermissionEntry[]>>;
  /** Whether any name is not in the catalogue, so that nobody here knows what it allows. */
  readonly strange: boolean;
}

/** The tokens of one name. */
interface Namesakes {
  count: number;
  /** How many of them are of each line; undefined where none is of any. */
  lines: Map<string, number> | undefined;
}

const nobodyKnows: OwnerFacts = { state: "unknown", holdings: undefined };

/** What rules ask about all tokens, each answer worked out once. */
export class FindingFacts {
  readonly tokens: readonly InventoryToken[];
  readonly context: FindingsContext;
  /** For each token the place of another that contains its rights: see `containment.ts`. */
  containers: Int32Array = new Int32Array(0);
  readonly #names = new Map<InventoryKind, Map<string, Namesakes>>();
  readonly #namesAt: (Namesakes | undefined)[] = [];
  /** For each token of a recorded pair what stands for all that replace each other with it, by the keys of the inventory. */
  readonly #lineOf: ReadonlyMap<string, string>;
  readonly #byId = new Map<string, InventoryToken>();
  readonly #reaches = new Map<string, FilterReach>();
  readonly #rights = new Map<readonly string[], RightsFacts>();
  readonly #owners = new Map<string, OwnerFacts>();
  // Rules in a row ask about the same token.
  #latest: { readonly token: InventoryToken; readonly rights: TokenRights | undefined; owner?: OwnerFacts } | undefined;
  readonly #lacks = new Map<Holdings, Map<readonly string[], Map<readonly string[], RuleAnswer>>>();

  constructor(tokens: readonly InventoryToken[], context: FindingsContext) {
    this.tokens = tokens;
    this.context = context;
    this.#lineOf = linesOf(context.links ?? []);
  }

  /** Takes the token at a place into account for what the others are told. */
  add(token: InventoryToken, index: number): void {
    if (token.id !== undefined) this.#byId.set(token.id, token);
    let names = this.#names.get(token.kind);
    if (names === undefined) this.#names.set(token.kind, (names = new Map()));
    let name = names.get(token.name);
    if (name === undefined) names.set(token.name, (name = { count: 0, lines: undefined }));
    name.count++;
    const line = this.#lineOf.get(token.key);
    if (line !== undefined) {
      name.lines ??= new Map();
      name.lines.set(line, (name.lines.get(line) ?? 0) + 1);
    }
    this.#namesAt[index] = name;
  }

  /** How many other tokens of its kind have the name of the token at a place, but for those that it replaces or that replace it. */
  namesakes(index: number): number {
    const [token, name] = [this.tokens[index], this.#namesAt[index]];
    if (token === undefined || name === undefined) return 0;
    const line = this.#lineOf.get(token.key);
    return name.count - ((line !== undefined && name.lines?.get(line)) || 1);
  }

  /** The permissions and views of a token; undefined where they were not read, or it has none of its own. */
  rightsOf(token: InventoryToken): TokenRights | undefined {
    return this.#about(token).rights;
  }

  filterReach(id: string): FilterReach {
    let reach = this.#reaches.get(id);
    if (reach === undefined) this.#reaches.set(id, (reach = reachOf(this.context.filters.get(id)?.ipFilter)));
    return reach;
  }

  /** What is risky in the rights of a token; undefined where they were not read. */
  rights(token: InventoryToken): RightsFacts | undefined {
    if (!hasRights(token.kind)) return undefined;
    const permissions = this.rightsOf(token)?.permissions;
    if (permissions === undefined) return undefined;
    let facts = this.#rights.get(permissions);
    if (facts === undefined) {
      const strange = wordPermissions(token.kind, permissions).unknown.length > 0;
      this.#rights.set(permissions, (facts = { risks: risksOf(token.kind, permissions), strange }));
    }
    return facts;
  }

  /** The owner of a token. */
  ownerOf(token: InventoryToken): OwnerFacts {
    const about = this.#about(token);
    return (about.owner ??= this.#owner(token.owner));
  }

  /** Whether the owner of a token certainly lacks some of its rights. */
  ownerLacks(token: InventoryToken): RuleAnswer {
    if (!hasRights(token.kind)) return "no";
    const { state, holdings } = this.ownerOf(token);
    // That the owner is gone is a finding of its own.
    if (state === "gone") return "no";
    const rights = this.rightsOf(token);
    if (holdings === undefined || rights === undefined) return "unknown";
    const { permissions, views } = rights;
    let byPermissions = this.#lacks.get(holdings);
    if (byPermissions === undefined) this.#lacks.set(holdings, (byPermissions = new Map()));
    let byViews = byPermissions.get(permissions);
    if (byViews === undefined) byPermissions.set(permissions, (byViews = new Map()));
    let answer = byViews.get(views);
    if (answer === undefined) byViews.set(views, (answer = lacksAny(holdings, token.kind, rights)));
    return answer;
  }

  /** The permissions that the owner of a token certainly lacks. */
  lackedByOwner(token: InventoryToken): readonly string[] {
    const { holdings } = this.ownerOf(token);
    const { kind } = token;
    const rights = this.rightsOf(token);
    if (holdings === undefined || rights === undefined || !hasRights(kind)) return [];
    return rights.permissions.filter((permission) => mayGive(holdings, kind, permission, rights.views) === false);
  }

  #about(token: InventoryToken) {
    if (this.#latest?.token === token) return this.#latest;
    const rights = hasRights(token.kind) ? this.context.rightsOf(token) : undefined;
    return (this.#latest = { token, rights });
  }

  #owner(owner: Creator): OwnerFacts {
    const key = owner.id === null ? `${owner.kind} named ${owner.name ?? ""}` : `${owner.kind} ${owner.id}`;
    let facts = this.#owners.get(key);
    if (facts === undefined) this.#owners.set(key, (facts = this.#judgeOwner(owner)));
    return facts;
  }

  #judgeOwner({ kind, id, name }: Creator): OwnerFacts {
    const { people, complete } = this.context;
    switch (kind) {
      case "administrator":
        return { state: "here", holdings: rootHoldings };
      case "user": {
        if (people === undefined) return nobodyKnows;
        const person = id === null ? (name === null ? undefined : people.byName.get(name)) : people.byId.get(id);
        if (person !== undefined) return { state: "here", holdings: person.holdings };
        return id === null && name === null ? nobodyKnows : { state: "gone", holdings: undefined };
      }
      case "token": {
        // One that is not here may have been rotated, which gives it another id, or may be none that the caller may list.
        const token = id === null ? undefined : this.#byId.get(id);
        if (token === undefined || !hasRights(token.kind)) return nobodyKnows;
        const rights = this.context.rightsOf(token);
        return { state: "here", holdings: rights && holdingsOfToken(token.kind, rights.permissions, rights.views) };
      }
      case "unknown": {
        if (name === null || people === undefined) return nobodyKnows;
        // Whether whoever has the name now is the one who had it then is not certain enough to hold rights against anybody.
        if (name === localAdministrator || people.byName.has(name)) return { state: "here", holdings: undefined };
        const tokensKnown = hasAll(complete, ["view", "organization", "system"]);
        const namedToken = [...this.#names].some(([of, names]) => hasRights(of) && names.has(name));
        return !tokensKnown || namedToken ? nobodyKnows : { state: "gone", holdings: undefined };
      }
      default:
        return kind satisfies never;
    }
  }
}

/** Tokens that replace each other, directly or by others, are of one line: each gets the key that stands for its line. */
function linesOf(links: readonly SuccessorLink[]): ReadonlyMap<string, string> {
  const replaced = new Map(links.map(({ token, replaces }) => [inventoryKeyOf(token), inventoryKeyOf(replaces)]));
  const lines = new Map<string, string>();
  for (const start of replaced.keys()) {
    const walked = new Set<string>();
    let at = start;
    for (let next = replaced.get(at); next !== undefined && !lines.has(at) && !walked.has(at); next = replaced.get(at)) {
      walked.add(at);
      at = next;
    }
    const line = lines.get(at) ?? at;
    for (const key of [...walked, at]) lines.set(key, line);
  }
  return lines;
}

function hasAll(set: ReadonlySet<InventoryKind>, kinds: readonly InventoryKind[]): boolean {
  return kinds.every((kind) => set.has(kind));
}

function lacksAny(holdings: Holdings, kind: PermissionKind, { permissions, views }: TokenRights): RuleAnswer {
  let answer: RuleAnswer = "no";
  for (const permission of permissions) {
    const held = mayGive(holdings, kind, permission, views);
    if (held === false) return "found";
    if (held === "unknown") answer = "unknown";
  }
  return answer;
}

function reachOf(text: string | undefined): FilterReach {
  if (text === undefined) return "unknown";
  return acceptsEverything(text) ? "everything" : "something";
}
