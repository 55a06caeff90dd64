import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import RotateIcon from "@mui/icons-material/AutorenewOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { useId, useState } from "react";
import { Link as RouterLink } from "react-router";

import { kindTraits } from "#domain/token/kinds.ts";
import { risksOf } from "#domain/token/permissionWords.ts";
import type { PermissionRisk } from "#domain/token/permissions.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import type { Session } from "#web/api/session.ts";
import { unknownUseWords, type UseKnowledge } from "#web/last-use/auditUse.ts";
import { paths } from "#web/paths.ts";
import { RiskSign } from "#web/permissions/RightsInWords.tsx";
import { monospace } from "#web/theme.ts";
import { RightsPanel } from "#web/tokens/RightsPanel.tsx";
import { countOf } from "#web/ui/counts.ts";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { Name } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

import type { Find } from "./useScan.ts";
import { matchWords, whereWords } from "./words.ts";

export interface TokenFindProps {
  readonly token: TokenDetail;
  readonly find: Find;
  readonly session: Session;
  readonly knowledge: UseKnowledge;
  /** The server's present time, ms since epoch. */
  readonly now: number;
  readonly onAct: (type: "rotate" | "delete") => void;
}

/** A token whose string was found, and what can be done about it. */
export function TokenFind({ token, find, session, knowledge, now, onAct }: TokenFindProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const { kind, name, expireAt, lastUse, filter } = token;
  const expired = expireAt !== null && expireAt <= now;
  return (
    <Paper variant="outlined" component="article" aria-labelledby={id} sx={{ padding: 3, minWidth: 0 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "flex-start", gap: 3 }}>
        <Box sx={{ flex: "1 1 300px", minWidth: 0 }}>
          <Typography variant="subtitle1" component="h4" id={id}>
            <Link component={RouterLink} to={paths.token(kind, token.id)}>
              <Name>{name}</Name>
            </Link>
          </Typography>
          <Typography sx={{ color: "text.secondary" }}>{kindTraits[kind].title} token</Typography>
        </Box>
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
          <Button variant="outlined" startIcon={<RotateIcon />} disabled={expired} onClick={() => onAct("rotate")}>
            Rotate
          </Button>
          <Button variant="outlined" color="error" startIcon={<DeleteIcon />} onClick={() => onAct("delete")}>
            {kind === "personal" ? "Revoke" : "Delete"}
          </Button>
        </Box>
      </Box>
      <Box sx={{ marginTop: 3 }}>
        <Facts>
          <Fact term="State">
            {expired ? (
              <>
                Expired <Instant at={expireAt} now={now} />
              </>
            ) : expireAt === null ? (
              "Lives, and never expires"
            ) : (
              <>
                Lives, and expires <Instant at={expireAt} now={now} />
              </>
            )}
          </Fact>
          <Fact term="Last used">
            {lastUse === undefined ? (
              unknownUseWords(knowledge)
            ) : lastUse.at === null ? (
              "Never"
            ) : (
              <>
                <Instant at={lastUse.at} now={presentAfter(lastUse.at, now)} />
                {lastUse.from !== null && ` from ${lastUse.from}`}
                {lastUse.source === "at-least" && ", as the audit log has it"}
              </>
            )}
          </Fact>
          <Fact term="Works from">
            {filter === null ? (
              "Every address: it has no IP filter"
            ) : (
              <>
                Where the IP filter <Name>{filter.name}</Name> accepts it
              </>
            )}
          </Fact>
          <Fact term="Could do">
            <CouldDo token={token} />{" "}
            <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)} sx={{ paddingBlock: 0, minHeight: 24 }}>
              {open ? "Show less" : "Show all of it"}
            </Button>
          </Fact>
          <Fact term="Found">{whereWords(find)}</Fact>
          <Fact term="Matched">{matchWords(find)}</Fact>
        </Facts>
      </Box>
      {open && (
        <Box sx={{ marginTop: 3 }}>
          <RightsPanel token={token} />
        </Box>
      )}
      <FindNotes token={token} find={find} session={session} />
    </Paper>
  );
}

const risks: readonly PermissionRisk[] = ["escalates", "destroys", "leaks"];

/** What a token could do, in a line. */
function CouldDo({ token: { kind, name, permissions = [], views } }: { readonly token: TokenDetail }) {
  if (!kindTraits[kind].hasPermissions) {
    return (
      <>
        Everything that the user <Name>{name}</Name> may do.
      </>
    );
  }
  const risky = risksOf(kind, permissions);
  return (
    <>
      {countOf(permissions.length, "permission")}
      {views !== undefined && ` on ${countOf(views.length, "repository or view", "repositories and views")}`}
      {kind === "organization" && " in the organization"}
      {kind === "system" && " on the whole cluster"}.{" "}
      {risks
        .filter((risk) => risky[risk].length > 0)
        .map((risk) => (
          <Box key={risk} component="span" sx={{ marginInlineEnd: 2 }}>
            <RiskSign risk={risk} />
          </Box>
        ))}
    </>
  );
}

/** What is not certain about a find, or special about its token. */
function FindNotes({ token, find, session }: Pick<TokenFindProps, "token" | "find" | "session">) {
  const notes = [
    session.tokenId === token.id ? "You are signed in with this token." : undefined,
    token.kind === "personal"
      ? "A personal token keeps its id when it is rotated, so the string may be a former one. Take it for the present one."
      : undefined,
    find.secrets > 1
      ? `The id stands before ${find.secrets === 5 ? "5 or more" : find.secrets} different secrets. One of them at most is the token’s.`
      : undefined,
    find.glued
      ? "Letters or digits stand right before its id or after its secret, so where it begins or ends is a guess."
      : undefined,
  ].filter((note) => note !== undefined);
  if (notes.length === 0) return null;
  return (
    <Alert severity="info" sx={{ marginTop: 3 }}>
      {notes.join(" ")}
    </Alert>
  );
}

/** A string whose id is no token's that may be seen. */
export function UnknownToken({ find }: { readonly find: Find }) {
  return (
    <Typography component="li">
      <Box component="span" sx={{ fontFamily: monospace, fontSize: "0.8125rem", overflowWrap: "anywhere" }}>
        {find.id}
      </Box>
      {find.kind === "cut" && ", with the beginning of a secret alone"}
      {find.glued && ", a guess: letters or digits stand right before or after the string"}. {whereWords(find)}.
    </Typography>
  );
}
