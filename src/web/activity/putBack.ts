import * as z from "zod/mini";

import type { Policies } from "#domain/policy/policy.ts";
import { perKind } from "#domain/token/kinds.ts";
import type { AuditRecord } from "#logscale/audit.ts";
import { paths } from "#web/paths.ts";
import { draftOf } from "#web/policies/draft/draft.ts";
import { writeDraft } from "#web/policies/draft/link.ts";

const kindSchema = z.object({
  enabled: z.boolean(),
  // One that JSON's numbers cannot hold stands there as text.
  maximumLifetime: z.union([
    z.nullable(z.int()),
    z.pipe(
      z.string().check(z.regex(/^-?\d{1,19}$/u)),
      z.transform((text: string) => BigInt(text)),
    ),
  ]),
  ipFilter: z.nullable(z.string()),
  allowPermissionUpdates: z.boolean(),
});

const policiesSchema = z.object(perKind(() => kindSchema));

/**
 * The links that put the draft of an application of the policies into the form again, and what was in force before it. Undefined where the
 * record does not hold both, or the application changed no policy. The form names a maximum that it cannot hold.
 */
export function draftLinks({ before, after }: AuditRecord): { readonly again: string; readonly undo: string } | undefined {
  const [from, to] = [policiesSchema.safeParse(before), policiesSchema.safeParse(after)];
  if (!from.success || !to.success) return undefined;
  const link = (base: Policies, next: Policies) => writeDraft(base, draftOf(next), "kept");
  const again = link(from.data, to.data);
  if (again.size === 0) return undefined;
  return {
    again: `${paths.policies}?${again.toString()}`,
    undo: `${paths.policies}?${link(to.data, from.data).toString()}`,
  };
}
