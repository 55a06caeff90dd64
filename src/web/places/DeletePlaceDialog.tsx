import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";

import { nameInText } from "#domain/name.ts";
import { call } from "#web/api/client.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { onlyWhile } from "#web/form/findings.ts";
import { useAction } from "#web/form/useAction.ts";
import { paths } from "#web/paths.ts";
import { listLink } from "#web/ui/lists.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { tellAt } from "#web/ui/notice.ts";

import { deletionItems } from "./deletionWords.ts";
import type { PlaceDialogProps } from "./DescribeDialog.tsx";
import { placeGone, placeNow, placesChanged } from "./queries.ts";
import { deletionRequestOf } from "./requests.ts";
import { useDeletion } from "./useDeletion.ts";

/** Asks before a repository or view is deleted, saying what stops and what goes on, and does it. */
export function DeletePlaceDialog({ place, onClose }: PlaceDialogProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const now = useServerNow();
  const { id, name } = place;
  const what = place.__typename === "View" ? "view" : "repository";
  const known = useDeletion(place, now);
  const { document, variables } = deletionRequestOf(name);
  const action = useAction({
    failure: `The ${what} was not deleted`,
    calls: () => [{ title: "Delete a repository or view", document, variables, note: "A script does not ask." }],
    lost: onlyWhile(
      // It is deleted by name, and another of this name may have come since.
      async () => {
        const there = await placeNow(client, id);
        if (there?.name === name) return true;
        announce(`The ${what} was ${there === undefined ? "deleted" : `renamed to ${nameInText(there.name)}`} meanwhile.`);
        void placesChanged(client);
        onClose();
        return false;
      },
      {
        title: `It is not known whether the ${what} was deleted`,
        action: "Look whether it is gone",
        watch: () => async () => {
          if ((await placeNow(client, id)) === undefined) return { found: undefined };
          announce(`The ${what} is still there. You can delete it now.`);
          return "not-done";
        },
      },
    ),
    send: async () => void (await call(document, variables)),
    done: () => {
      tellAt(paths.repositories, `The ${what} ${nameInText(name)} was deleted.`);
      void navigate(listLink(paths.repositories), { replace: true });
      void placeGone(client);
    },
    failed: () => void placesChanged(client),
  });
  const { stops, stays, lacking } = deletionItems(known, what);
  return (
    <ActionDialog
      action={action}
      title={`Delete the ${what} ${nameInText(name)}?`}
      confirm={`Delete ${what}`}
      destructive
      typed={{ expected: name, label: `Type the name of the ${what} to confirm` }}
      onCancel={onClose}
    >
      {lacking !== undefined && (
        <Alert severity="warning" sx={{ marginBottom: 3 }}>
          {lacking}
        </Alert>
      )}
      <Typography>These stop at once, and cannot be brought back:</Typography>
      <Box component="ul" sx={listStyle}>
        {stops.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </Box>
      {stays.length > 0 && (
        <>
          <Typography>These go on without it:</Typography>
          <Box component="ul" sx={listStyle}>
            {stays.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </Box>
        </>
      )}
    </ActionDialog>
  );
}

const listStyle = { marginBlock: 2, paddingInlineStart: 5, overflowWrap: "anywhere" } as const;
