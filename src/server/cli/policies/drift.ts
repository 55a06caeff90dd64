import { z } from "zod";

import { isoInstant } from "#domain/instant.ts";
import type { OrganizationChange } from "#domain/policy/file/resolve.ts";
import type { Paint } from "#server/cli/remote/output.ts";
import type { RemoteOrganization } from "#server/remote/organization.ts";

import { changeDocument, filterChangeSchema, filterNames, policyChangeSchema } from "./document.ts";
import { changeLines } from "./text.ts";

/** In what the policies in force differ from a file, as JSON. Its JSON Schema is docs/policies-drift.schema.json. */
export const driftSchema = z
  .object({
    version: z.literal(1),
    server: z.string().describe("scheme, host and port"),
    at: z.string().describe("when it was read, in UTC, as ISO 8601 writes it"),
    differs: z.boolean(),
    policies: z.array(policyChangeSchema).describe("each value that differs: from what is in force, to what the file says"),
    ipFilters: z
      .array(filterChangeSchema)
      .describe("the IP filters of the file that are not there (create), or have other rules (edit)"),
  })
  .meta({ title: "What differs from a file of policies, as tokenhouse policies drift --format json writes it" });

export type DriftDocument = z.infer<typeof driftSchema>;

/** In what the policies in force differ from what a file says. */
export function driftDocument(
  server: string,
  at: number,
  inForce: RemoteOrganization,
  change: OrganizationChange,
): DriftDocument {
  const changes = changeDocument(change, filterNames(inForce, change));
  const differs = changes.policies.length > 0 || changes.ipFilters.length > 0;
  return { version: 1, server, at: isoInstant(at), differs, ...changes };
}

/** The same as people read it, from what is in force to what the file says. */
export function driftText(drift: DriftDocument, paint: Paint): string {
  if (!drift.differs) return "What is in force is as the file says.\n";
  const lines = [
    paint("yellow", "What is in force differs from the file."),
    "",
    ...changeLines(drift, paint, { create: "is not there", edit: "has other rules" }),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}
