import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";

import { nameInText } from "#domain/name.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import type { Failure } from "#logscale/errors.ts";
import { ApiCallButton } from "#web/api-call/ApiCallButton.tsx";
import { failureOf } from "#web/api/client.ts";
import { ConfirmDialog } from "#web/ui/ConfirmDialog.tsx";
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
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const lost = failure?.kind === "unknown-outcome";
  const users = usersInWords(use);
  const unseen = unseenInWords(use);

  const remove = async () => {
    setPending(true);
    try {
      if (lost) {
        // Nothing is sent twice: what is there now tells what became of the first time.
        const left = await readFilters(client);
        if (!left.some(({ id }) => id === filter.id)) return onDeleted();
        setFailure(undefined);
      } else {
        setFailure(undefined);
        await deleteIpFilter(filter.id);
        return onDeleted();
      }
    } catch (error) {
      const next = failureOf(error);
      setFailure((before) => (lost && before !== undefined ? before : next));
      // Mostly somebody uses it who was not seen before. LogScale gives no code that would tell it from other refusals.
      if (next.kind === "refused") void usesChanged(client);
    }
    setPending(false);
  };

  return (
    <ConfirmDialog
      open
      title={`Delete the IP filter ${nameInText(filter.name)}?`}
      confirm={lost ? "Look whether it is gone" : "Delete it"}
      destructive={!lost}
      pending={pending}
      failure={failure}
      aside={
        <ApiCallButton
          prepare={(show) =>
            show({ title: "Delete an IP filter", ...ipFilterDeletionOf(filter.id), note: "A script does not ask." })
          }
        />
      }
      onConfirm={() => void remove()}
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
    </ConfirmDialog>
  );
}
