import { queryOptions, skipToken } from "@tanstack/react-query";

import type { RecoveryKit } from "#domain/policy/recoveryKit.ts";

/** A kit that was saved from this tab. */
export interface SavedKit {
  /** Name of the file that the browser was given. */
  readonly file: string;
  readonly kit: RecoveryKit;
  readonly ids: ReadonlySet<string>;
}

/** The kit saved last, in the cache so that it outlives a dialog and a visit to another page; who signs out takes it along. Holds no secret. */
export const savedKitQuery = queryOptions<SavedKit | null>({
  queryKey: ["recovery-kit"],
  queryFn: skipToken,
  staleTime: Infinity,
  gcTime: Infinity,
  structuralSharing: false,
});
