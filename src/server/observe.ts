import { channel } from "node:diagnostics_channel";

/**
 * What happens inside this process, for whoever measures it: nothing in it names anybody or anything. Publishing costs nothing where
 * nobody listens.
 */

/** The token security policies were changed. */
export interface PolicyChange {
  /** How long finding the consequences for every token took, in ms. */
  readonly planning: number;
  /** How long the whole took, with the wait for the lock, the writing and the commit, in ms. */
  readonly applying: number;
}

const policyChanges = channel("tokenhouse:policy-change");
const refusals = channel("tokenhouse:refusal");

/** Tells that the policies were changed. */
export function policyChanged(change: PolicyChange): void {
  policyChanges.publish(change);
}

/** Tells that a request, or a part of one, was refused with a code of the contract, or a gateway's for a cluster that did not answer. */
export function refusedWith(code: string): void {
  refusals.publish(code);
}

/** Listens to everything that happens in this process from now on; returns what ends that. */
export function observe(observer: {
  readonly policyChanged?: ((change: PolicyChange) => void) | undefined;
  readonly refusedWith: (code: string) => void;
}): () => void {
  const onChange = (change: unknown): void => observer.policyChanged?.(change as PolicyChange);
  const onRefusal = (code: unknown): void => observer.refusedWith(String(code));
  policyChanges.subscribe(onChange);
  refusals.subscribe(onRefusal);
  return () => {
    policyChanges.unsubscribe(onChange);
    refusals.unsubscribe(onRefusal);
  };
}
