import { useColorScheme } from "@mui/material/styles";
import { useQueryClient } from "@tanstack/react-query";

import { failureOf } from "#web/api/failure.ts";
import { sessionQuery, signOut } from "#web/api/session.ts";
import { shortcutsOpen } from "#web/shortcuts/listKey.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import type { PlaceAction } from "./places.ts";

/** Does what the search offers beside its places. Returns a sentence where it could not be done. */
export function useActs(onClose: () => void): (act: PlaceAction) => Promise<string | undefined> {
  const client = useQueryClient();
  const { setMode } = useColorScheme();
  return async (act) => {
    switch (act) {
      case "sign-out":
        try {
          await signOut(client);
        } catch (error) {
          return `You are still signed in. ${failureOf(error).message}`;
        }
        return undefined;
      case "read-again":
        onClose();
        await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
        announce("What the page shows was read again.");
        return undefined;
      case "shortcuts":
        onClose();
        shortcutsOpen.set(true);
        return undefined;
      case "light":
      case "dark":
      case "as-system":
        setMode(act === "as-system" ? "system" : act);
        onClose();
        return undefined;
      default:
        return act satisfies never;
    }
  };
}
