import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { Suspense } from "react";
import { Link as RouterLink } from "react-router";

import { dateOf } from "#domain/instant.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import type { Session } from "#web/api/session.ts";
import { AuditUseNote } from "#web/last-use/AuditUseNote.tsx";
import { unknownUseWords, type UseKnowledge } from "#web/last-use/auditUse.ts";
import { paths } from "#web/paths.ts";
import { PolicyLine } from "./PolicyLine.tsx";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { Name } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";
import { presentAfter } from "#web/ui/times.ts";

import { LifetimePicture } from "./LifetimePicture.tsx";

const FilterRules = lazyPart(async () => (await import("./FilterRules.tsx")).FilterRules);

export interface LifePanelProps {
  readonly token: TokenDetail;
  readonly session: Session;
  readonly knowledge: UseKnowledge;
  /** The server's present time, ms since epoch. */
  readonly now: number;
}

/** How long a token has, who uses it from where, and what limits that. */
export function LifePanel({ token, session, knowledge, now }: LifePanelProps) {
  const { kind } = token;
  const expired = token.expireAt !== null && token.expireAt <= now;
  return (
    <Panel title="Life and use">
      <Facts>
        <Fact term="Created">
          <Instant at={token.createdAt} now={presentAfter(token.createdAt, now)} />
          {token.creator?.name != null && (
            <>
              {" "}
              by{" "}
              {token.creator.kind === "user" && token.creator.id !== null ? (
                <Link component={RouterLink} to={paths.person(token.creator.id)}>
                  <Name>{token.creator.name}</Name>
                </Link>
              ) : (
                <Name>{token.creator.name}</Name>
              )}
            </>
          )}
          {token.creator?.name === null && (
            <Box component="span" sx={{ color: "text.secondary" }}>
              , by whom is not on record
            </Box>
          )}
        </Fact>
        <Fact term="Expires">
          {token.expireAt === null ? (
            "Never"
          ) : expired ? (
            <>
              Expired <Instant at={token.expireAt} now={now} />
            </>
          ) : (
            <>
              <Instant at={token.expireAt} now={now} />
              {dateOf(token.expireAt) !== undefined && (
                <>
                  , on <Instant at={token.expireAt} now={now} as="date" />
                </>
              )}
            </>
          )}
        </Fact>
        <Fact term="Last used">
          {token.lastUse === undefined ? (
            <Box component="span" sx={{ color: "text.secondary" }}>
              {unknownUseWords(knowledge)}
            </Box>
          ) : token.lastUse.at === null ? (
            "Never"
          ) : (
            <>
              <Instant at={token.lastUse.at} now={presentAfter(token.lastUse.at, now)} />
              {token.lastUse.from !== null && ` from ${token.lastUse.from}`}
              {token.lastUse.source === "at-least" && ", as the audit log has it"}
            </>
          )}
        </Fact>
        <Fact term="IP filter">
          {token.filter === null ? "None: works from every address" : <Name>{token.filter.name}</Name>}
        </Fact>
      </Facts>
      {token.filter !== null && (
        <Suspense fallback={null}>
          <FilterRules text={token.filter.ipFilter} address={session.clientAddress} gateway={session.backend === "gateway"} />
        </Suspense>
      )}
      <AuditUseNote knowledge={knowledge} />
      <LifetimePicture createdAt={token.createdAt} expireAt={token.expireAt} now={now} />
      <Typography variant="caption" component="p" sx={{ color: "text.secondary" }}>
        <PolicyLine kind={kind} />
      </Typography>
    </Panel>
  );
}
