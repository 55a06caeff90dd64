import { z } from "zod";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { policyFieldsOf, type Policies } from "#domain/policy/policy.ts";
import { writeSpan } from "#domain/span.ts";
import { carriesPermissions, perKind, tokenKinds } from "#domain/token/kinds.ts";

const filterReference = z
  .union([z.string(), z.object({ id: z.string() })])
  .nullable()
  .describe(
    "the name of the IP filter that every token of the kind must have, its id where several have the name, or null for none",
  );

const kindSchema = z.object({
  enabled: z.boolean(),
  maximumLifetime: z.string().nullable().describe("90d, 36h, 30m, or null for none; it counts from a token's creation"),
  ipFilter: filterReference,
});

/** A file of policies. Its JSON Schema is docs/policies.schema.json; YAML and JSON have the same form. */
export const policiesFileSchema = z
  .object({
    version: z.literal(1),
    policies: z
      .object(
        perKind((kind) =>
          (carriesPermissions(kind) ? kindSchema.extend({ allowPermissionUpdates: z.boolean() }) : kindSchema).optional(),
        ),
      )
      .describe("a kind that is left out stays as it is"),
    ipFilters: z
      .record(z.string(), z.string())
      .describe("rules by the name of the IP filter; each is created or changed before the policies, and none is deleted"),
  })
  .meta({
    title: "A file of token security policies, as tokenhouse policies export writes it and plan, apply and drift read it",
  });

/** Policies, and the IP filters that they name, as a file in JSON: read by the same commands as the one in YAML. */
export function policiesJson(policies: Policies, filters: readonly IpFilter[]): object {
  const ipFilters: Record<string, string> = {};
  const reference = (id: string) => {
    const filter = filters.find((each) => each.id === id);
    if (filter === undefined || filters.some((each) => each !== filter && each.name === filter.name)) return { id };
    Object.defineProperty(ipFilters, filter.name, { value: filter.ipFilter, enumerable: true, configurable: true });
    return filter.name;
  };
  const kinds = Object.fromEntries(
    tokenKinds.map((kind) => [
      kind,
      Object.fromEntries(
        policyFieldsOf(kind).map((field) => {
          const { ipFilter, maximumLifetime } = policies[kind];
          if (field === "ipFilter") return [field, ipFilter && reference(ipFilter)];
          if (field === "maximumLifetime") return [field, maximumLifetime === null ? null : writeSpan(maximumLifetime)];
          return [field, policies[kind][field]];
        }),
      ),
    ]),
  );
  return { version: 1, policies: kinds, ipFilters };
}
