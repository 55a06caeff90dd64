import RenewIcon from "@mui/icons-material/UpdateOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import useMediaQuery from "@mui/material/useMediaQuery";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useMemo, useRef, useState } from "react";

import { withOwners } from "#domain/inventory/acting.ts";
import { indexOwners } from "#domain/inventory/notes.ts";
import { governedKey, type InventoryToken } from "#domain/inventory/item.ts";
import { nameHolds } from "#domain/name.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import { organizationQuery } from "#web/api/queries.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { SearchBar, SearchField } from "#web/ui/SearchField.tsx";

import { OwnerItem } from "./OwnerItem.tsx";
import { groupByOwner, type AffectedToken } from "./owners.ts";
import { OwnersUnread } from "./OwnersUnread.tsx";
import { notRenewedWords, renewableOf } from "./renewable.ts";
import { RightsStatus } from "./RightsStatus.tsx";
import type { WarningContext } from "./texts.ts";
import { useRights } from "./useRights.ts";

export interface WarnDialogProps extends Pick<WarningContext, "phase" | "at"> {
  readonly affected: readonly AffectedToken[];
  /** What is planned, which new tokens are to outlive. */
  readonly draft?: Policies;
  readonly onClose: () => void;
}

const BulkDialog = lazyDialog(async () => (await import("#web/inventory/bulk/BulkDialog.tsx")).BulkDialog);

const none: ReadonlySet<string> = new Set();

/** Owners are shown by so many at a time. */
const atOnce = 50;

/** The affected tokens by owner, with what to tell each of them. Nothing is sent from here. */
export function WarnDialog({ affected, draft, phase, at, onClose }: WarnDialogProps) {
  const narrow = useMediaQuery("(max-width: 700px)", { noSsr: true });
  const { filterName, session } = useOrganization();
  const ownId = session.user?.id;
  const organization = useQuery(organizationQuery).data?.name;
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState(atOnce);
  const { notes, failure: ownersFailure } = useFindingNotes();
  const groups = useMemo(() => groupByOwner(affected, indexOwners(notes.owners)), [affected, notes]);
  const [renewing, setRenewing] = useState<readonly InventoryToken[]>();
  const [renewed, setRenewed] = useState(none);
  const renewable = useMemo(
    () =>
      renewableOf(
        affected.filter(({ change: { token } }) => !renewed.has(governedKey(token.kind, token.id))),
        phase,
        ownId,
      ),
    [affected, renewed, phase, ownId],
  );
  // The button that opened the dialog goes with what it was for.
  const told = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (renewed.size > 0) told.current?.focus();
  }, [renewed]);
  const toRenew = useMemo(() => withOwners(renewable.tokens, notes.owners), [renewable, notes]);
  const byKey = useMemo(() => new Map(toRenew.map((token) => [token.key, token])), [toRenew]);
  const readable = useMemo(
    () =>
      affected
        // What a change has deleted is not there to be read any more.
        .filter(({ change }) => kindTraits[change.token.kind].hasPermissions && (phase === "planned" || change.type !== "delete"))
        .map(({ change }) => change.token),
    [affected, phase],
  );
  const [state, again] = useRights(readable);
  const rights = state.at === "read" ? state.rights : undefined;
  const context = useMemo(
    (): WarningContext => ({ phase, at, organization, filterName, rightsOf: (token) => rights?.get(token) }),
    [phase, at, organization, filterName, rights],
  );
  const known = groups.filter(({ owner }) => owner !== undefined);
  const unknown = groups.find(({ owner }) => owner === undefined);
  const wanted = search.trim().toLowerCase();
  const found = wanted === "" ? known : known.filter(({ owner }) => owner !== undefined && nameHolds(owner.name, wanted));
  return (
    <DialogFrame
      title="Whom to warn"
      width="md"
      fullScreen={narrow}
      onClose={onClose}
      text={
        <Typography>
          {countOf(affected.length, "affected token")} of {countOf(known.length, "owner")}
          {unknown && `, ${count(unknown.total)} of them of an owner that is not known`}. Each text names the owner’s tokens, what
          happens to them and when, by your clock and in UTC, and what to do. Nothing is sent from here. To users whose name is a
          mail address you can begin a mail.
          {phase === "made" && " What a deleted token was allowed to do is gone with it, and stands in no text."}
        </Typography>
      }
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <OwnersUnread failure={ownersFailure} />
      {(renewable.tokens.length > 0 || renewable.not.size > 0 || renewed.size > 0) && (
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 3, rowGap: 1 }}>
          {renewable.tokens.length > 0 && (
            <Button variant="outlined" startIcon={<RenewIcon />} aria-haspopup="dialog" onClick={() => setRenewing(toRenew)}>
              Renew {renewable.tokens.length === 1 ? "the one that stops" : `all ${count(renewable.tokens.length)} that stop`}
            </Button>
          )}
          <Typography
            ref={told}
            tabIndex={-1}
            variant="caption"
            component="p"
            sx={{ flex: "1 1 260px", color: "text.secondary", outline: "none" }}
          >
            {renewed.size > 0 && `${count(renewed.size)} renewed: hand the new secrets over. `}
            {notRenewedWords(renewable)}
          </Typography>
        </Box>
      )}
      <RightsStatus state={state} wanted={readable.length} onAgain={again} />
      {known.length > 8 && (
        <SearchBar label="Narrow the owners">
          <SearchField label="Owner" value={search} onChange={setSearch} />
          <Typography variant="caption" role="status">
            {wanted !== "" && `${count(found.length)} of ${countOf(known.length, "owner")}`}
          </Typography>
        </SearchBar>
      )}
      <Box component="ul" aria-label="Owners" sx={{ listStyle: "none", margin: 0, padding: 0 }}>
        {found.slice(0, shown).map((group) => (
          <OwnerItem key={group.key} group={group} context={context} renewable={byKey} onRenew={setRenewing} />
        ))}
        {unknown && wanted === "" && <OwnerItem group={unknown} context={context} renewable={byKey} onRenew={setRenewing} />}
      </Box>
      {found.length > shown && (
        <Button onClick={() => setShown(shown + atOnce)} sx={{ alignSelf: "start" }}>
          Show {count(Math.min(atOnce, found.length - shown))} more of {countOf(found.length, "owner")}
        </Button>
      )}
      {renewing && (
        <Suspense fallback={null}>
          <BulkDialog
            type="renew"
            tokens={renewing}
            {...(draft && { draft })}
            onClose={(done) => {
              setRenewing(undefined);
              if (done.size > 0) setRenewed(new Set([...renewed, ...done]));
            }}
          />
        </Suspense>
      )}
    </DialogFrame>
  );
}
