import type { Long } from "#domain/long.ts";
import type { TokenKind } from "#domain/token/kinds.ts";

/** The version of the file that is read and written here. */
export const policiesFileVersion = 1;

/** An IP filter as a file of policies names it: by its name, or by its id where several have the name. */
export type FilterReference = { readonly name: string } | { readonly id: string };

/** What a file says of one kind; every value of a kind that it names. */
export interface FileKindPolicy {
  readonly enabled: boolean;
  /** In ms; null for none. Any Long, since a cluster may have one in force that cannot be set here. */
  readonly maximumLifetime: Long | null;
  readonly ipFilter: FilterReference | null;
  /** Always false for a kind whose tokens carry no permissions. */
  readonly allowPermissionUpdates: boolean;
}

/** What a file of policies says. */
export interface PoliciesFile {
  /** A kind that is left out stays as it is. */
  readonly policies: Readonly<Partial<Record<TokenKind, FileKindPolicy>>>;
  /** The rules of IP filters by the name of each, in the order of the file. */
  readonly ipFilters: ReadonlyMap<string, string>;
}

/** Where something stands in a file: the keys that lead to it. */
export type FilePath = readonly string[];

/** Something in a file that cannot be put in force. */
export interface FileFault {
  readonly path: FilePath;
  /** Where in the text at this path, from 1; undefined where it is about all of it. */
  readonly within?: { readonly line: number; readonly column: number };
  readonly message: string;
}
