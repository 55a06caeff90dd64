import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { nameInText } from "#domain/name.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { lostDeletion } from "#web/form/findings.ts";
import { useAction } from "#web/form/useAction.ts";
import { listWords } from "#web/ui/listWords.ts";

import { deleteIpFilter, ipFilterDeletionOf, readFilters, usesChanged } from "./requests.ts";
import { isWaiting, unseenInWords, usersInWords, type FilterUse } from "./use.ts";

export interface DeleteFilterProps {
  readonly filter: IpFilter;
  readonly use: FilterUse;
  /** Called when the filter is gone. */
  readonly onDeleted: () => void;
}

/** The button that deletes a filter. One that is known to be in use cannot be deleted, and the reason stands beside the button. */
export function DeleteFilter({ filter, use, onDeleted }: DeleteFilterProps) {
  const id = useId();
  const [asking, setAsking] = useState(false);
  const users = usersInWords(use);
  const reason =
    users.length > 0
      ? `It cannot be deleted: it is used by ${listWords(users)}.`
      : isWaiting(use)
        ? "Who uses it is still being read."
        : undefined;
  return (
    <>
      {reason !== undefined && (
        <Typography
          id={id}
          variant="caption"
          sx={{ color: "text.secondary", maxWidth: 320, alignSelf: "center", textAlign: { sm: "end" } }}
        >
          {reason}
        </Typography>
      )}
      <Button
        variant="outlined"
        color="error"
        startIcon={<DeleteIcon />}
        disabled={reason !== undefined}
        aria-describedby={reason === undefined ? undefined : id}
        onClick={() => setAsking(true)}
      >
        Delete
      </Button>
      {asking && <DeleteDialog filter={filter} use={use} onCancel={() => setAsking(false)} onDeleted={onDeleted} />}
    </>
  );
}

interface ConfirmProps extends DeleteFilterProps {
  readonly onCancel: () => void;
}

function DeleteDialog({ filter, use, onCancel, onDeleted }: ConfirmProps) {
  const client = useQueryClient();
  const users = usersInWords(use);
  const unseen = unseenInWords(use);

  const deletion = useAction({
    failure: "The IP filter was not deleted",
    calls: () => [{ title: "Delete an IP filter", ...ipFilterDeletionOf(filter.id), note: "A script does not ask." }],
    lost: lostDeletion(async () => (await readFilters(client)).some(({ id }) => id === filter.id)),
    send: () => deleteIpFilter(filter.id),
    done: onDeleted,
    failed: ({ kind }) => {
      // Mostly somebody uses it who was not seen before. LogScale gives no code that would tell it from other refusals.
      if (kind === "refused") void usesChanged(client);
    },
  });

  return (
    <ActionDialog
      action={deletion}
      title={`Delete the IP filter ${nameInText(filter.name)}?`}
      confirm="Delete it"
      destructive
      onCancel={onCancel}
    >
      <Typography>
        {users.length > 0
          ? `It is used by ${listWords(users)}, and stays for as long as that is so.`
          : "Nothing that is visible to you uses it. Its rules cannot be brought back."}
      </Typography>
      {unseen.length > 0 && (
        <Alert severity="info" sx={{ marginTop: 3 }}>
          <Box component="ul" sx={{ margin: 0, paddingInlineStart: 4 }}>
            {unseen.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </Box>
          The server does not delete a filter that is in use, and says by whom.
        </Alert>
      )}
    </ActionDialog>
  );
}
