import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Suspense, useEffect, useRef, useState } from "react";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { indexOwners, ownerOf, tokenKeyOf } from "#domain/inventory/notes.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { Name } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { WrittenFacts } from "./WrittenFacts.tsx";

const OwnerDialog = lazyDialog(async () => (await import("./OwnerDialog.tsx")).OwnerDialog);
const DisownDialog = lazyDialog(async () => (await import("./DisownDialog.tsx")).DisownDialog);

/** Who is to act for a token, and where one may write that down. A personal token is its user's, and has no such panel. */
export function OwnerPanel({ token }: { readonly token: InventoryToken }) {
  const { notes, pending, failure } = useFindingNotes();
  const now = useServerNow();
  const heading = useRef<HTMLHeadingElement>(null);
  const [asked, setAsked] = useState<"write" | "clear">();
  const key = tokenKeyOf(token);
  const written = key && ownerOf(indexOwners(notes.owners), key);
  const mayAssign = notes.mayAssign.includes(token.kind);
  const wasClearing = useRef(false);
  useEffect(() => {
    // The button that opened the dialog is gone with what was cleared, and the dialog must be gone before the focus can go elsewhere.
    if (wasClearing.current && asked === undefined && written === undefined) heading.current?.focus();
    wasClearing.current = asked === "clear";
  }, [asked, written]);
  const close = () => setAsked(undefined);
  return (
    <Panel title="Owner" headingRef={heading}>
      {failure !== undefined && <ErrorState title="What is written down of owners could not be read" failure={failure} />}
      {written !== undefined && <WrittenFacts written={written} now={now} />}
      <Typography sx={{ overflowWrap: "anywhere" }}>
        {makerWords(token)}
        {token.owner.name !== null && token.owner.kind !== "administrator" && <Name>{token.owner.name}</Name>}
        {written === undefined && failure === undefined && !pending && (
          <>. {notes.kept ? "No other owner is written down." : "This server keeps no owners that somebody writes down."}</>
        )}
      </Typography>
      {mayAssign && key !== undefined && (
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
          <Button variant="outlined" aria-haspopup="dialog" onClick={() => setAsked("write")}>
            {written === undefined ? "Write down an owner" : "Change the owner"}
          </Button>
          {written !== undefined && (
            <Button aria-haspopup="dialog" onClick={() => setAsked("clear")}>
              Clear
            </Button>
          )}
        </Box>
      )}
      {notes.kept && !mayAssign && (
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          You may not write down an owner here.
        </Typography>
      )}
      {mayAssign && key === undefined && (
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          When this token was made is not known exactly, so no owner can be written down for it.
        </Typography>
      )}
      <Suspense fallback={null}>
        {asked === "write" && key !== undefined && (
          <OwnerDialog token={key} name={token.name} present={written} onClose={close} />
        )}
        {asked === "clear" && written !== undefined && <DisownDialog written={written} onClose={close} />}
      </Suspense>
    </Panel>
  );
}

function makerWords({ owner: { kind, name } }: InventoryToken): string {
  if (kind === "administrator") return "Created by the local administrator";
  if (name === null) return "Who created it is not known";
  return kind === "token" ? "Created by the token " : "Created by ";
}
