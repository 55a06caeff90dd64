import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { planOrganizationChange } from "#domain/policy/file/plan.ts";
import type { OrganizationChange } from "#domain/policy/file/resolve.ts";

import type { PlanInView, ThingsInForce } from "./inForce.ts";

/** Plans a change for the tokens that resources may mean. `filters` are those in force. */
export function planInView(
  change: OrganizationChange,
  { tokens }: Pick<ThingsInForce, "tokens">,
  filters: readonly IpFilter[],
  now: number,
): PlanInView {
  const all = Object.values(tokens).flatMap((kind) => kind.tokens);
  const { effects } = planOrganizationChange({ tokens: all, change, filters, now });
  const made = change.filters.flatMap((filter) => (filter.type === "create" ? [{ id: filter.id, name: filter.name }] : []));
  return {
    policies: change.next,
    filters: [...filters, ...made],
    effects: new Map(effects.map((effect) => [effect.token.id, effect])),
  };
}
