import DoneIcon from "@mui/icons-material/CheckOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { Link as RouterLink } from "react-router";

import { kindTraits } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";
import type { KitToken } from "#domain/policy/recoveryKit.ts";
import { LostAnswer } from "#web/form/LostAnswer.tsx";
import { paths } from "#web/paths.ts";
import { RightsInWords } from "#web/permissions/RightsInWords.tsx";
import { monospace } from "#web/theme.ts";
import { findCreated, lostCreationWords } from "#web/tokens/lost.ts";
import { countOf } from "#web/ui/counts.ts";
import { Instant } from "#web/ui/Instant.tsx";
import { Name, Words } from "#web/ui/Name.tsx";
import { localTime } from "#web/ui/times.ts";

import type { KitJudgement } from "./judge.ts";
import type { KitFate } from "./replay.ts";

export interface KitRowProps {
  readonly token: KitToken;
  readonly judgement: KitJudgement;
  readonly fate: KitFate;
  readonly chosen: boolean;
  readonly disabled: boolean;
  /** Ms since epoch. */
  readonly now: number;
  readonly filterName: (id: string) => string;
  readonly onChoose: (chosen: boolean) => void;
  /** Shows the new secret. */
  readonly onShow: () => void;
  /** Somebody looked: the token whose answer was lost was not made. */
  readonly onNotMade: () => void;
}

/** One token of a kit: what it was, what it would be now, and what came of it. */
export function KitRow(props: KitRowProps) {
  const { token, judgement, fate, chosen, disabled, now, onChoose, onShow, onNotMade } = props;
  const id = useId();
  const client = useQueryClient();
  const { permissions = [], views = [] } = token;
  const open = judgement.ok && (fate.at === "waiting" || fate.at === "refused");
  return (
    <Box component="li" sx={{ display: "flex", gap: 2, borderBottom: 1, borderColor: "divider", paddingBlock: 3 }}>
      <Checkbox
        checked={chosen}
        disabled={!open || disabled}
        onChange={(event) => onChoose(event.target.checked)}
        slotProps={{ input: { "aria-labelledby": `${id}-name` } }}
        sx={{ alignSelf: "flex-start", padding: 1 }}
      />
      <Box sx={{ flex: 1, minWidth: 0, display: "flex", flexDirection: "column", gap: 1 }}>
        <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 3, alignItems: "baseline" }}>
          <Typography id={`${id}-name`} sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>
            <Name>{token.name}</Name>
          </Typography>
          <Typography variant="caption" sx={{ color: "text.secondary" }}>
            {kindTraits[token.kind].noun} token, was{" "}
            <Box component="span" sx={{ fontFamily: monospace, overflowWrap: "anywhere" }}>
              {token.id}
            </Box>
          </Typography>
        </Box>
        <Limits {...props} />
        {permissions.length > 0 && (
          <details>
            <summary>
              {countOf(permissions.length, "permission")}
              {views.length > 0 &&
                ` on ${views.length > 3 ? countOf(views.length, "repository or view", "repositories and views") : views.map((view) => nameInText(view.name)).join(", ")}`}
            </summary>
            <Box sx={{ padding: 3, marginTop: 1, backgroundColor: "frame.well", borderRadius: 1 }}>
              {views.length > 3 && (
                <Typography sx={{ marginBottom: 2 }}>{views.map((view) => nameInText(view.name)).join(", ")}</Typography>
              )}
              <RightsInWords kind={token.kind} permissions={permissions} />
            </Box>
          </details>
        )}
        {token.lastUsedAt !== undefined && (
          <Typography variant="caption" sx={{ color: "text.secondary" }}>
            {token.lastUsedAt === null ? (
              "Was never used."
            ) : (
              <>
                Last used <Instant at={token.lastUsedAt} now={now} /> when the kit was saved.
              </>
            )}
            {token.createdBy != null && (
              <>
                {" "}
                Created by <Name>{token.createdBy}</Name>.
              </>
            )}
          </Typography>
        )}
        {token.owner !== undefined && (
          <Typography variant="caption" sx={{ color: "text.secondary" }}>
            Owner written down: <Name>{token.owner}</Name>. It is written down for the new one as well.
          </Typography>
        )}
        {fate.at === "waiting" && judgement.ok && judgement.unknown.length > 0 && (
          <Typography sx={{ color: "warning.main" }}>
            It had {judgement.unknown.join(", ")}, which this page does not know: whether it may be granted is for the server to
            say.
          </Typography>
        )}
        {fate.at === "waiting" && judgement.ok && judgement.namesakes > 0 && (
          <Typography sx={{ color: "warning.main" }}>
            {judgement.namesakes === 1 ? "A token" : `${judgement.namesakes} tokens`} of this kind and name came since the kit was
            saved: somebody or something may have made it again.
          </Typography>
        )}
        {fate.at === "waiting" && !judgement.ok && (
          <Typography sx={{ color: "warning.main" }}>
            <Words>{judgement.reason}</Words>
          </Typography>
        )}
        {fate.at === "refused" && (
          <Typography role="alert" sx={{ color: "error.main" }}>
            Refused: {fate.failure.message}
          </Typography>
        )}
        {fate.at === "making" && <Typography role="status">Being made …</Typography>}
        {fate.at === "made" && (
          <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3, alignItems: "center" }}>
            <Made>{fate.copied ? "Made again, and copied." : "Made again."}</Made>
            <Button size="small" variant={fate.copied ? "text" : "outlined"} onClick={onShow} aria-describedby={`${id}-name`}>
              Show the new token
            </Button>
          </Box>
        )}
        {fate.at === "kept" && (
          <Made>
            Made again.{" "}
            {fate.id !== null && (
              <Link component={RouterLink} to={paths.token(token.kind, fate.id)} aria-describedby={`${id}-name`}>
                Open it
              </Link>
            )}
          </Made>
        )}
        {fate.at === "lost" && (
          <LostAnswer
            {...lostCreationWords}
            failure={fate.failure}
            onLook={() => findCreated(client, { kind: token.kind, name: token.name, since: fate.since })}
            onSettled={onNotMade}
          />
        )}
      </Box>
    </Box>
  );
}

function Made({ children }: { readonly children: React.ReactNode }) {
  return (
    <Typography component="div" sx={{ display: "flex", gap: 1, alignItems: "center" }}>
      <DoneIcon fontSize="small" color="success" />
      <span>{children}</span>
    </Typography>
  );
}

/** Expiry and filter as they would be now, and as they were where that differs. */
function Limits({ token, judgement, now, filterName }: KitRowProps) {
  const request = judgement.ok ? judgement.request : undefined;
  const expireAt = request === undefined ? token.expireAt : request.expireAt;
  const ipFilter = request === undefined ? (token.ipFilter?.id ?? null) : request.ipFilter;
  const adjusted = judgement.ok ? judgement.adjusted : [];
  return (
    <Typography component="div">
      {expireAt === null ? (
        "Never expires"
      ) : (
        <>
          {expireAt <= now ? "Expired " : "Expires "}
          <Instant at={expireAt} now={now} />
        </>
      )}
      {adjusted.includes("expireAt") &&
        ` (was ${token.expireAt === null ? "never" : localTime(token.expireAt)}; the policy allows no later)`}
      {" · "}
      {ipFilter === null ? "no IP filter" : `IP filter ${filterName(ipFilter)}`}
      {adjusted.includes("ipFilter") &&
        ` (was ${token.ipFilter === null ? "none" : nameInText(token.ipFilter.name)}; the policy sets it)`}
    </Typography>
  );
}
