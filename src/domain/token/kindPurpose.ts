import type { TokenKind } from "./kinds.ts";

/** One sentence for each kind on what it is for and who holds it. */
export const kindPurpose = {
  personal:
    "A personal token stands for one user and can do whatever that user may do at the moment; everybody creates their own.",
  view: "A view token lets a script or an integration work with the repositories and views it names, with the permissions it carries and no user behind it.",
  organization:
    "An organization token lets automation administer this organization, such as its users, settings and policies, but never read events.",
  system: "A system token lets automation administer the whole cluster, across organizations, but never read events.",
} as const satisfies Record<TokenKind, string>;
