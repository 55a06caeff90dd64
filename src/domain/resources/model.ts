import type { Long } from "#domain/long.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";

/** Where a value stands in a document: keys and indexes from its top. */
export type ValuePath = readonly (string | number)[];

/** What a resource of humio-operator asks for, by names as the operator does. */
export type WantedThing =
  | {
      readonly type: PermissionKind;
      readonly name: string;
      readonly permissions: readonly string[];
      /** Names of repositories and views; of view tokens alone. */
      readonly views: readonly string[];
      /** Ms since epoch, whole seconds; null for never. */
      readonly expireAt: Long | null;
      /** Name of an IP filter; null for none. */
      readonly ipFilter: string | null;
    }
  | { readonly type: "ip-filter"; readonly name: string; readonly rules: readonly WantedRule[] }
  | { readonly type: "ingest"; readonly name: string; readonly repository: string; readonly parser: string | null };

/** A token that carries permissions, as asked for. */
export type WantedToken = Extract<WantedThing, { readonly type: PermissionKind }>;

export interface WantedRule {
  readonly action: string;
  readonly target: string;
}

/** A resource as read. */
export interface OperatorResource {
  readonly thing: WantedThing;
  /** What Kubernetes calls the resource; null where that is left open. */
  readonly resourceName: string | null;
  /** The cluster that it is for; null where the resource leaves that open. */
  readonly cluster: string | null;
  /** The id of what the operator made of it, as resources have it that were read from Kubernetes; null in files that people write. */
  readonly madeId: string | null;
  /** What the operator or Kubernetes would take differently from what was probably meant. */
  readonly remarks: readonly ResourceRemark[];
}

/** Something to say of a place in a document. */
export interface ResourceRemark {
  readonly path: ValuePath;
  readonly message: string;
}

/** What one document turned out to be. */
export type DocumentReading =
  | { readonly type: "resource"; readonly resource: OperatorResource }
  /** Of another kind; `makes` is the name that it gives to what it makes, where it says. */
  | { readonly type: "other"; readonly kind: string; readonly resourceName: string | null; readonly makes: string | null }
  | {
      readonly type: "unreadable";
      readonly faults: readonly ResourceRemark[];
      /** Whether it is nothing of Kubernetes at all, as other files of a folder are. */
      readonly foreign: boolean;
    };
