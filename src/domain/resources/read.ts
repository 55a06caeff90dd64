import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";

import type { DocumentReading, OperatorResource, ResourceRemark, ValuePath, WantedRule, WantedThing } from "./model.ts";
import { operatorAddress, operatorApi, operatorGroup, operatorKinds, typeOfKind, type ResourceType } from "./operatorKinds.ts";

type Values = Readonly<Record<string, unknown>>;

/** What the operator's resources may have in their spec besides what names the cluster and the secret. */
const ownFields = {
  view: ["name", "viewNames", "permissions", "expiresAt", "ipFilterName"],
  organization: ["name", "permissions", "expiresAt", "ipFilterName"],
  system: ["name", "permissions", "expiresAt", "ipFilterName"],
  "ip-filter": ["name", "ipFilter"],
  ingest: ["name", "repositoryName", "parserName"],
} as const satisfies Record<ResourceType, readonly string[]>;

const clusterFields = ["managedClusterName", "externalClusterName"] as const;
const secretFields = ["tokenSecretName", "tokenSecretLabels", "tokenSecretAnnotations"] as const;

/** How many faults of one document are told: one can be the cause of many. */
const mostFaults = 20;

/**
 * Reads a document of Kubernetes, given as plain values. A list of resources is one document for each of its items, with its path in the
 * whole. What is a resource of another kind is named as such; what is none at all says why.
 */
export function readDocument(value: unknown): readonly { readonly path: ValuePath; readonly reading: DocumentReading }[] {
  return readAt(value, [], false);
}

function readAt(value: unknown, path: ValuePath, nested: boolean) {
  const whole = (reading: DocumentReading) => [{ path, reading }];
  const unreadable = (message: string, at: ValuePath = path, foreign = false) =>
    whole({ type: "unreadable", faults: [{ path: at, message }], foreign });
  if (isJsonPatch(value)) return unreadable(`This is a JSON patch. ${kustomizeHint}`);
  if (!isMap(value)) return unreadable("A resource consists of keys with values, such as apiVersion, kind and spec.", path, true);
  const { apiVersion, kind } = value;
  const patched = patchMark(value, path);
  if (patched !== undefined) return unreadable(`This is a patch, not a whole resource. ${kustomizeHint}`, patched);
  if (typeof kind !== "string" || kind === "") {
    if (apiVersion === undefined && kind === undefined)
      return unreadable("This is no resource: it has neither apiVersion nor kind.", path, true);
    return unreadable("kind is missing.");
  }
  if (typeof apiVersion !== "string" || apiVersion === "") return unreadable("apiVersion is missing.");
  if (Array.isArray(value.items) && kind.endsWith("List") && !nested) {
    // As `kubectl get --output yaml` writes them.
    return value.items.flatMap((item: unknown, index): ReturnType<typeof readDocument> =>
      readAt(item, [...path, "items", index], true),
    );
  }
  const type = apiVersion.startsWith(`${operatorGroup}/`) ? typeOfKind(kind) : undefined;
  const resourceName = isMap(value.metadata) ? textOr(value.metadata.name) : null;
  if (type === undefined) {
    const makes = isMap(value.spec) ? textOr(value.spec.name) : null;
    return whole({ type: "other", kind, resourceName, makes });
  }
  if (apiVersion !== operatorApi)
    return unreadable(`Tokenhouse reads ${operatorApi} of the operator's resources, not this version.`, [...path, "apiVersion"]);
  return whole(new SpecReader(type, value, path).read(resourceName));
}

const kustomizeHint = "Check what kustomize build prints instead: there the patches are carried out.";

/** Reads one resource of the operator, and gathers what is wrong with it. */
class SpecReader {
  readonly #type: ResourceType;
  readonly #document: Values;
  readonly #path: ValuePath;
  readonly #faults: ResourceRemark[] = [];
  readonly #remarks: ResourceRemark[] = [];

  constructor(type: ResourceType, document: Values, path: ValuePath) {
    this.#type = type;
    this.#document = document;
    this.#path = path;
  }

  read(resourceName: string | null): DocumentReading {
    const { spec, status } = this.#document;
    const kind = operatorKinds[this.#type];
    if (spec === undefined || spec === null || (isMap(spec) && Object.keys(spec).length === 0)) {
      this.#fault(spec === undefined ? [] : ["spec"], `spec is empty: ${kind} needs ${this.#needed().join(", ")}.`);
      return this.#unreadable();
    }
    if (!isMap(spec)) {
      this.#fault(["spec"], "spec consists of keys with values.");
      return this.#unreadable();
    }
    this.#remarkOnKeys(spec, kind);
    const thing = this.#thing(spec);
    const cluster = this.#cluster(spec);
    if (thing === undefined || this.#faults.length > 0) return this.#unreadable();
    const resource: OperatorResource = { thing, resourceName, cluster, madeId: madeId(status), remarks: this.#remarks };
    return { type: "resource", resource };
  }

  #unreadable(): DocumentReading {
    return { type: "unreadable", faults: this.#faults.slice(0, mostFaults), foreign: false };
  }

  #thing(spec: Values): WantedThing | undefined {
    const type = this.#type;
    const name = this.#text(spec, "name");
    switch (type) {
      case "ip-filter": {
        const rules = this.#rules(spec);
        return name === undefined || rules === undefined ? undefined : { type, name, rules };
      }
      case "ingest": {
        const repository = this.#text(spec, "repositoryName");
        const parser = this.#optionalText(spec, "parserName");
        return name === undefined || repository === undefined ? undefined : { type, name, repository, parser };
      }
      case "view":
      case "organization":
      case "system":
        return this.#token(type, name, spec);
      default:
        return type satisfies never;
    }
  }

  #token(type: PermissionKind, name: string | undefined, spec: Values): WantedThing | undefined {
    const permissions = this.#texts(spec, "permissions");
    const views = type === "view" ? this.#texts(spec, "viewNames") : [];
    const expireAt = this.#expiry(spec);
    const ipFilter = this.#optionalText(spec, "ipFilterName");
    if (this.#optionalText(spec, "tokenSecretName") === null)
      this.#remark(["spec"], "tokenSecretName is missing: Kubernetes refuses the resource without it.");
    if (name === undefined || permissions === undefined || views === undefined) return undefined;
    return { type, name, permissions, views, expireAt, ipFilter };
  }

  #cluster(spec: Values): string | null {
    const [managed, external] = clusterFields.map((field) => this.#optionalText(spec, field));
    if ((managed ?? null) === null && (external ?? null) === null)
      this.#remark(
        ["spec"],
        "managedClusterName or externalClusterName is missing: Kubernetes refuses the resource without either.",
      );
    if (managed != null && external != null)
      this.#remark(
        ["spec", "externalClusterName"],
        "There are both managedClusterName and externalClusterName: Kubernetes refuses the resource with both.",
      );
    return managed ?? external ?? null;
  }

  #expiry(spec: Values): number | null {
    const { expiresAt } = spec;
    if (expiresAt === undefined || expiresAt === null) return null;
    const at = typeof expiresAt === "string" ? readTime(expiresAt) : undefined;
    if (at !== undefined) return at;
    this.#fault(["spec", "expiresAt"], "expiresAt is a time such as 2030-01-31T12:00:00Z.");
    return null;
  }

  #rules(spec: Values): readonly WantedRule[] | undefined {
    const { ipFilter } = spec;
    if (!Array.isArray(ipFilter) || ipFilter.length === 0) {
      this.#missing(spec, "ipFilter", "a list of rules, at least one");
      return undefined;
    }
    return ipFilter.flatMap((rule: unknown, index): WantedRule[] => {
      const at = ["spec", "ipFilter", index];
      if (!isMap(rule)) {
        this.#fault(at, "A rule has an action and an address.");
        return [];
      }
      const { action, address } = rule;
      if (action !== "allow" && action !== "deny") {
        this.#fault(action === undefined ? at : [...at, "action"], "The action of a rule is allow or deny.");
        return [];
      }
      if (typeof address !== "string" || address === "") {
        this.#fault(address === undefined ? at : [...at, "address"], "The address of a rule is all, an address or a CIDR.");
        return [];
      }
      const [error] = parseIpFilter(`${action} ${address}`).errors;
      if (error !== undefined) this.#fault([...at, "address"], error.message);
      else if (!operatorAddress.test(address))
        this.#remark(
          [...at, "address"],
          "LogScale takes this address, but the operator's own schema does not: IPv6 must be written out, except for :: and ::1.",
        );
      return [{ action, target: address }];
    });
  }

  /** A text that has to be there. */
  #text(spec: Values, field: string): string | undefined {
    const value = spec[field];
    if (typeof value === "string" && value !== "") return value;
    this.#missing(spec, field, "a text");
    return undefined;
  }

  #optionalText(spec: Values, field: string): string | null {
    const value = spec[field];
    if (value === undefined || value === null || value === "") return null;
    if (typeof value === "string") return value;
    this.#fault(["spec", field], `${field} is a text: ${quoteIt}`);
    return null;
  }

  #texts(spec: Values, field: string): readonly string[] | undefined {
    const value = spec[field];
    if (!Array.isArray(value)) {
      this.#missing(spec, field, "a list of names");
      return undefined;
    }
    const texts: string[] = [];
    for (const [index, item] of (value as readonly unknown[]).entries()) {
      if (typeof item === "string" && item !== "") texts.push(item);
      else this.#fault(["spec", field, index], `Each of ${field} is a name: ${quoteIt}`);
    }
    return [...new Set(texts)];
  }

  #missing(spec: Values, field: string, what: string): void {
    const value = spec[field];
    if (value === undefined || value === null || value === "") {
      this.#fault(
        field in spec ? ["spec", field] : ["spec"],
        `${field} is missing: ${operatorKinds[this.#type]} needs ${this.#needed().join(", ")}. If this is a patch for kustomize, check what kustomize build prints.`,
      );
    } else {
      this.#fault(["spec", field], `${field} is ${what}${what === "a text" ? `: ${quoteIt}` : "."}`);
    }
  }

  /** What a resource cannot be read without. */
  #needed(): readonly string[] {
    return ownFields[this.#type].filter((field) => !["expiresAt", "ipFilterName", "parserName"].includes(field));
  }

  /** Kubernetes drops what it does not know without a word, so a field with its name mistyped means nothing. */
  #remarkOnKeys(spec: Values, kind: string): void {
    const secrets = this.#type === "ip-filter" ? [] : secretFields;
    const known: readonly string[] = [...ownFields[this.#type], ...clusterFields, ...secrets];
    for (const key of Object.keys(spec)) {
      if (known.includes(key)) continue;
      const meant = known.find((field) => stem(field) === stem(key));
      this.#remark(
        ["spec", key],
        `${kind} has no field of this name, so it means nothing${meant === undefined ? "." : `; ${meant} may be meant.`}`,
      );
    }
  }

  #fault(path: ValuePath, message: string): void {
    this.#faults.push({ path: [...this.#path, ...path], message });
  }

  #remark(path: ValuePath, message: string): void {
    this.#remarks.push({ path: [...this.#path, ...path], message });
  }
}

const quoteIt = "put it in quotes.";

/** What two spellings of a field have in common: `expireAt`, `expires_at` and `expiresAt`. */
function stem(field: string): string {
  return field
    .toLowerCase()
    .replaceAll(/[^a-z]|s(?=at$|$)/gu, "")
    .replace(/names?$/u, "");
}

/**
 * A time as RFC 3339 has it, in ms since epoch; undefined for any other text. Kubernetes keeps whole seconds and drops what is below.
 */
function readTime(text: string): number | undefined {
  const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/u.exec(text.toUpperCase());
  if (form === null) return undefined;
  const at = Date.parse(text.toUpperCase());
  const [, year, month, date] = form.map(Number);
  // JavaScript takes the 31st of a short month for the 1st of the next.
  const day = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, date ?? 0)).getUTCDate();
  return Number.isNaN(at) || day !== date ? undefined : Math.floor(at / 1000) * 1000;
}

function madeId(status: unknown): string | null {
  if (!isMap(status)) return null;
  // The operator's types call it one, its schema the other.
  return textOr(status.humioId) ?? textOr(status.id);
}

/** Where a document says that it is a patch of kustomize. */
function patchMark(value: Values, path: ValuePath): ValuePath | undefined {
  if ("$patch" in value) return [...path, "$patch"];
  const spec = value.spec;
  return isMap(spec) && "$patch" in spec ? [...path, "spec", "$patch"] : undefined;
}

function isJsonPatch(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((step: unknown) => isMap(step) && typeof step.op === "string" && typeof step.path === "string")
  );
}

function textOr(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
