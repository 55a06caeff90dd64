import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { nameInText } from "#domain/name.ts";
import { call } from "#web/api/client.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { changeFinding, lostWords } from "#web/form/findings.ts";
import { useAction } from "#web/form/useAction.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import type { PlaceDialogProps } from "./DescribeDialog.tsx";
import { placeQuery, placesChanged } from "./queries.ts";
import { searchOf } from "./requests.ts";

/** Asks before automatic search of a repository or view is turned on or off, and does it. */
export function SearchDialog({ place, onClose }: PlaceDialogProps) {
  const client = useQueryClient();
  const { name } = place;
  // What was asked when it was opened, whatever is read meanwhile.
  const [turnsOn] = useState(!place.automaticSearch);
  const { document, variables } = searchOf(name, turnsOn);
  const action = useAction({
    failure: "Automatic search was not changed",
    calls: () => [{ title: "Turn automatic search on or off", document, variables }],
    lost: {
      ...lostWords,
      watch: () => async () => {
        const now = await client.query({ ...placeQuery(name), staleTime: 0 });
        if (now?.automaticSearch === turnsOn) return { found: undefined };
        return changeFinding("repository or view", now ?? undefined, false);
      },
    },
    send: async () => void (await call(document, variables)),
    done: async () => {
      announce(`Automatic search of ${nameInText(name)} is ${turnsOn ? "on" : "off"}.`);
      await placesChanged(client);
      onClose();
    },
    failed: () => void placesChanged(client),
  });
  return (
    <ActionDialog
      action={action}
      title={`Turn automatic search of ${nameInText(name)} ${turnsOn ? "on" : "off"}?`}
      confirm={turnsOn ? "Turn on" : "Turn off"}
      onCancel={onClose}
    >
      {turnsOn
        ? "LogScale’s search page then searches as soon as somebody opens it here. That can be costly where there is much data."
        : "LogScale’s search page then waits here until somebody starts a search. Nobody’s rights change."}
    </ActionDialog>
  );
}
