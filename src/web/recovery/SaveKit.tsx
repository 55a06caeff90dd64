import DoneIcon from "@mui/icons-material/CheckOutlined";
import DownloadIcon from "@mui/icons-material/FileDownloadOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";

import { escapeHidden } from "#domain/name.ts";
import { countKit, type Loss } from "#domain/policy/recoveryKit.ts";
import type { Failure } from "#logscale/errors.ts";
import { writeJson } from "#logscale/json.ts";
import { failureOf } from "#web/api/client.ts";
import { useOverallLoadProgress } from "#web/api/tokens.ts";
import { useSession } from "#web/state/organization.tsx";
import { downloadText, fileInstant } from "#web/ui/download.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";

import { collectKit } from "./collect.ts";
import { savedKitQuery, type SavedKit } from "./savedKit.ts";

export interface SaveKitProps {
  readonly losses: readonly Loss[];
}

type State =
  | { readonly at: "idle" }
  | { readonly at: "reading"; readonly read: number; readonly call: AbortController }
  | { readonly at: "failed"; readonly failure: Failure };

/** Saves, before tokens stop, what it takes to make them again. Remembers what was saved as long as it covers every doomed token. */
export function SaveKit({ losses }: SaveKitProps) {
  const client = useQueryClient();
  const session = useSession();
  const saved = useQuery(savedKitQuery).data;
  const [state, setState] = useState<State>({ at: "idle" });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const pages = useOverallLoadProgress();
  const missing = useMemo(() => losses.filter(({ token }) => saved?.ids.has(token.id) !== true).length, [losses, saved]);

  const save = async () => {
    const call = new AbortController();
    running.current = call;
    setState({ at: "reading", read: 0, call });
    try {
      const kit = await collectKit(losses, {
        client,
        signal: call.signal,
        onProgress: (read) => setState({ at: "reading", read, call }),
      });
      const file = `tokenhouse-recovery-kit-${fileInstant(kit.savedAt)}.json`;
      downloadText(file, "application/json", escapeHidden(writeJson(kit, 1)));
      const next: SavedKit = { file, kit, ids: new Set(kit.tokens.map(({ id }) => id)) };
      client.setQueryData(savedKitQuery.queryKey, next);
      // The file is saved whether or not this can be loaded.
      void import("#web/api/reportSaved.ts")
        .then(({ reportSaved }) => reportSaved(session, { what: "kit", tokens: [...next.ids], count: next.ids.size }))
        .catch(() => undefined);
      setState({ at: "idle" });
      announce("The recovery kit was saved.");
    } catch (error) {
      setState(call.signal.aborted ? { at: "idle" } : { at: "failed", failure: failureOf(error) });
    }
  };

  const covers = saved != null && missing === 0;
  return (
    <Box
      component="section"
      aria-label="Recovery kit"
      sx={{ border: 1, borderColor: covers ? "success.main" : "text.secondary", borderRadius: 1, padding: 3, minHeight: 128 }}
    >
      {covers ? (
        <>
          <Typography sx={{ display: "flex", gap: 1, alignItems: "center", fontWeight: 600 }}>
            <DoneIcon fontSize="small" color="success" /> Recovery kit saved
          </Typography>
          <Typography sx={{ overflowWrap: "anywhere" }}>
            {saved.file} {keptWords(countKit(saved.kit))}
          </Typography>
        </>
      ) : (
        <>
          <Typography sx={{ fontWeight: 600 }}>Save a recovery kit in case one of these tokens is still needed</Typography>
          <Typography>
            The recovery kit holds what it takes to make {countOf(losses.length, "token")} again: name, rights, expiry and IP
            filter. It holds no secret: a token made again gets a new one, which has to be put where the old one was.
            {saved != null && missing < losses.length && ` ${count(missing)} of them are not in the kit saved before.`}
          </Typography>
        </>
      )}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3, alignItems: "center", marginTop: 2 }}>
        <Button
          variant={covers ? "text" : "outlined"}
          size={covers ? "small" : "medium"}
          startIcon={<DownloadIcon />}
          // Not disabled while reading: it would lose the focus. A second press does nothing.
          aria-busy={state.at === "reading"}
          onClick={() => {
            if (state.at !== "reading") void save();
          }}
        >
          {covers ? "Save again" : "Save the recovery kit"}
        </Button>
        {state.at === "reading" && (
          <>
            <Typography variant="caption" role="status">
              Reading rights and views,{" "}
              {pages === undefined
                ? `${count(state.read)} of ${count(losses.length)}`
                : `${count(pages.loaded)} of ${countOf(pages.total, "token")} looked through`}
            </Typography>
            <Button size="small" onClick={() => state.call.abort()}>
              Stop
            </Button>
          </>
        )}
      </Box>
      {state.at === "failed" && <ErrorState title="The recovery kit was not saved" failure={state.failure} />}
    </Box>
  );
}

/** What a kit can do, in words. */
function keptWords({ restorable, personal, unread }: ReturnType<typeof countKit>): string {
  const parts = [`${countOf(restorable, "token")} can be made again from it`];
  if (personal > 0) parts.push(`${countOf(personal, "personal token")} only by ${personal === 1 ? "its user" : "their users"}`);
  if (unread > 0) parts.push(`${count(unread)} not at all, because their rights could not be read`);
  return `· ${parts.join(", ")}.`;
}
