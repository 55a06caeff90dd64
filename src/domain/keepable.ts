import type { Long } from "./long.ts";

/**
 * Whether a maximum lifetime in force is one that some lifetime keeps to. One of nothing, or less, can only come from a cluster; what that makes
 * of it is not documented, so the cluster is left to decide.
 */
export function isKeepable(maximum: Long | null): maximum is Long {
  return maximum !== null && maximum > 0;
}
