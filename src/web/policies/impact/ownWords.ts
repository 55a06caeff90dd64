import { kindTraits } from "#domain/token/kinds.ts";
import type { Session } from "#web/api/session.ts";
import type { FilterName } from "#web/state/organization.tsx";
import { localTime } from "#web/ui/times.ts";

import type { OwnWarning } from "./ownCredential.ts";

/** A warning in words, one or two sentences. `gateway`: LogScale sees the gateway’s address in place of the browser’s. */
export function warningWords({ whose, kind, effect }: OwnWarning, filterName: FilterName, gateway: boolean): string {
  const subject = whose === "in-use" ? `The ${kindTraits[kind].noun} token you are signed in with` : "Your own personal token";
  const consequence = whose === "in-use" ? " You will be signed out." : "";
  switch (effect.type) {
    case "deleted":
      return `${subject} is deleted by this change.${consequence}`;
    case "maximum-changed":
      return `${subject} falls under a new maximum lifetime. This page cannot see how old it is, so it may be deleted.`;
    case "shortened":
      return `${subject} is shortened: it will expire on ${localTime(effect.to)}.`;
    case "filtered": {
      const filter = `${subject} gets the IP filter ${filterName(effect.filter)}`;
      const shutOut = whose === "in-use" ? " You will be shut out." : "";
      const { address, verdict } = effect;
      if (gateway) {
        // Where the address matters, it is one that nobody here knows.
        if (verdict === "accepts") return `${filter}, which accepts every address.`;
        if (verdict === "refuses") return `${filter}, which accepts no address.${shutOut}`;
        return `${filter}. LogScale judges by the address of this gateway, which this page does not know; if the rules deny it, ${whose === "in-use" ? "you will be shut out" : "that token can no longer be used here"}.`;
      }
      if (verdict === "accepts") return `${filter}, which accepts the address in use, ${address}.`;
      if (verdict === "refuses") return `${filter}, which does not accept the address in use, ${address}.${shutOut}`;
      return `${filter}, whose rules cannot be judged here; it may shut out the address in use, ${address}.`;
    }
  }
}

/** What is said where no warning is to be given; `waiting` tells that it is not known yet. */
export function ownTokenStays({ tokenId }: Session, waiting: boolean): string {
  if (waiting) return "What happens to your own token is known once the tokens are read.";
  return tokenId === undefined
    ? "Your sign-in does not depend on a token, and your own personal token stays as it is."
    : "The token you are signed in with stays as it is.";
}
