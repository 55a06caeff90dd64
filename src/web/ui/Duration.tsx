import { formatDuration } from "#domain/duration.ts";

/** A duration (ms) in words, exactly. */
export function Duration({ ms }: { readonly ms: number }) {
  return <span>{formatDuration(ms)}</span>;
}
