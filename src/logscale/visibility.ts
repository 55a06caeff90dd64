import { perKind, type TokenKind } from "#domain/token/kinds.ts";

import { nothingVisible, type Visibility } from "./convert.ts";
import type { TokenKindVisibility } from "./generated/graphql.ts";

const visibilityWords = {
  Complete: "complete",
  Partial: "partial",
  Hidden: "hidden",
} as const satisfies Record<TokenKindVisibility, Visibility[keyof Visibility]>;

/** How much of each kind a caller sees, as the embedded server says. */
export function visibilityFromWire(wire: Readonly<Record<TokenKind, TokenKindVisibility>>): Visibility {
  return perKind((kind) => visibilityWords[wire[kind]]);
}

/**
 * What a caller of LogScale sees, judged by rights, since LogScale does not say. `tokens` lists what the caller may administer, and never
 * personal tokens; only the caller's own can be read. Where rights leave it open, the answer is `partial`.
 */
export function visibilityByRights(caller: {
  readonly isUser: boolean;
  readonly isRoot: boolean;
  readonly isOrganizationRoot: boolean;
  readonly maySeeOrganizationTokens: boolean;
}): Visibility {
  const owner = caller.isRoot || caller.isOrganizationRoot;
  return {
    ...nothingVisible,
    personal: caller.isUser ? "partial" : "hidden",
    view: owner ? "complete" : "partial",
    organization: owner || caller.maySeeOrganizationTokens ? "complete" : "hidden",
    system: caller.isRoot ? "complete" : "partial",
  };
}
