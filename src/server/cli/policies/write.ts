import { visibleName } from "#domain/name.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import type { FilterChange, OrganizationChange } from "#domain/policy/file/resolve.ts";
import { planPolicyChange, type PolicyPlan } from "#domain/policy/plan.ts";
import { policyDifferences, type Policies } from "#domain/policy/policy.ts";
import { perKind } from "#domain/token/kinds.ts";
import { policiesToInput } from "#logscale/convert.ts";
import { planCheck } from "#logscale/digest.ts";
import type { Failure } from "#logscale/errors.ts";
import { CreateIpFilterDocument, UpdateIpFilterDocument } from "#logscale/generated/ipFilters.ts";
import { UpdateTokenSecurityPoliciesDocument } from "#logscale/generated/policies.ts";
import type { ListedToken } from "#logscale/readTokens.ts";
import { RemoteError, send } from "#server/remote/client.ts";
import { readOrganization } from "#server/remote/organization.ts";

import type { PlannedChange } from "./change.ts";

/** What came of sending a change. */
export interface Written {
  /** The policies that were to be in force, with the ids of the filters that were created. */
  readonly next: Policies;
  /** What they were to do to the tokens that were read. */
  readonly plan: PolicyPlan<ListedToken>;
  /** What failed; undefined where all was accepted. */
  readonly failure: WriteFailure | undefined;
}

/** A step that failed: nothing was sent behind it. */
export interface WriteFailure {
  /** In the words of who refused, or on the answer that was lost. */
  readonly message: string;
  readonly failure: Failure;
  /** The filters that were created or changed before it. */
  readonly accepted: readonly FilterChange[];
}

/** Whether the server itself checks that it does what was shown. */
export function checksPlan({ reading: { session } }: PlannedChange): boolean {
  return session?.extensions.includes("planCheck") ?? false;
}

/**
 * Sends a change, step by step: filters are created and changed before the policies, which name them. Stops at the first step that fails.
 * Nothing is sent twice.
 */
export async function write(one: PlannedChange): Promise<Written> {
  const { server, reading, change } = one;
  const ids = new Map<string, string>();
  const next = () =>
    perKind((kind) => {
      const { ipFilter, ...policy } = change.next[kind];
      return { ...policy, ipFilter: ipFilter === null ? null : (ids.get(ipFilter) ?? ipFilter) };
    });
  const done = (failure: WriteFailure | undefined): Written => {
    const policies = next();
    const planned =
      change.kinds.length === 0 ? { ...one.plan.plan, changes: [] } : planPolicyChange(reading.tokens, policies, reading.at);
    return { next: policies, plan: planned, failure };
  };
  const accepted: FilterChange[] = [];
  try {
    for (const each of change.filters) {
      if (each.type === "create") {
        const { createIPFilter } = await send(server, CreateIpFilterDocument, {
          input: { name: each.name, ipFilter: each.text },
        });
        ids.set(each.id, createIPFilter.id);
      } else {
        await send(server, UpdateIpFilterDocument, { input: { id: each.filter.id, ipFilter: each.text } });
      }
      accepted.push(each);
    }
    if (change.kinds.length > 0) await sendPolicies(one, done(undefined));
    return done(undefined);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return done({ message: error.message, failure: error.failure, accepted });
  }
}

async function sendPolicies(one: PlannedChange, { next, plan }: Written): Promise<void> {
  const { server, reading, change } = one;
  // Whoever does not administer system tokens must leave their policy out; to change it, it has to be sent.
  const withSystem = reading.reader.visibility.system === "complete" || change.kinds.includes("system");
  const input = policiesToInput(next, { withSystem });
  const check = checksPlan(one) ? { tokenhouse: planCheck(reading.policies, plan, reading.complete) } : undefined;
  await send(server, UpdateTokenSecurityPoliciesDocument, { input }, check);
}

/** An IP filter of a change, and whether it is as the change makes it. */
export interface FilterState {
  readonly name: string;
  readonly type: FilterChange["type"];
  readonly made: boolean;
}

/** Which of the filters of a change are as it makes them, among those in force. */
export function filterStates(
  { filters }: Pick<OrganizationChange, "filters">,
  inForce: readonly IpFilter[],
): readonly FilterState[] {
  return filters.map((each) => {
    const name = each.type === "create" ? each.name : each.filter.name;
    const made = inForce.some(
      (filter) => filter.ipFilter === each.text && (each.type === "create" ? filter.name === name : filter.id === each.filter.id),
    );
    return { name, type: each.type, made };
  });
}

/** The state of a filter, in words. */
export function filterStateWords({ name, type, made }: FilterState): string {
  return `the IP filter “${visibleName(name)}” was ${made ? "" : "not "}${type === "create" ? "created" : "changed"}.`;
}

/** What is in force after a step failed, by reading it again: a sentence for each filter and for the policies. */
export async function inForceAfter(
  { server, change }: PlannedChange,
  { next }: Written,
  { accepted }: WriteFailure,
): Promise<readonly string[]> {
  try {
    const now = await readOrganization(server);
    const asPlanned = policyDifferences(next, now.policies).length === 0;
    const asBefore = policyDifferences(change.base, now.policies).length === 0;
    const policies = asBefore
      ? "the policies as before."
      : asPlanned
        ? "the policies as planned."
        : "other policies than before, and than planned. Somebody else may have changed them.";
    return [...filterStates(change, now.filters).map(filterStateWords), policies].map((words) => `In force: ${words}`);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    const known = filterStates({ filters: accepted }, [])
      .map((state) => filterStateWords({ ...state, made: true }))
      .map((words) => `As the server answered, ${words}`);
    return [`What is in force could not be read: ${error.message}`, ...known];
  }
}
