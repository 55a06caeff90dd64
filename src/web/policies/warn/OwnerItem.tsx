import RenewIcon from "@mui/icons-material/UpdateOutlined";
import MailIcon from "@mui/icons-material/MailOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { memo, useId, useMemo, useState } from "react";

import type { Acting } from "#domain/inventory/acting.ts";
import { governedKey, type InventoryToken } from "#domain/inventory/item.ts";
import { harmVerb } from "#web/policies/impact/harmWords.ts";
import { CodeBlock } from "#web/ui/CodeBlock.tsx";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { HarmSign, toldHarms, UseCounts } from "#web/ui/HarmSign.tsx";
import { Name } from "#web/ui/Name.tsx";

import { isMailAddress, mailLink, type MailLink } from "./mailto.ts";
import { toldFates, type OwnerGroup } from "./owners.ts";
import { shortBody, subjectOf, warningTo, type WarningContext } from "./texts.ts";

export interface OwnerItemProps {
  readonly group: OwnerGroup;
  readonly context: WarningContext;
  /** The tokens of all owners that can be renewed before they stop. */
  readonly renewable: ReadonlyMap<string, InventoryToken>;
  readonly onRenew: (tokens: readonly InventoryToken[]) => void;
}

/** What an owner is, where it is no user. */
const kindWords = {
  user: undefined,
  token: "a token that created them",
  administrator: "the local administrator, who is no user",
  unknown: "the name alone is on record",
  written: "written down as the owner",
} as const satisfies Record<Acting["kind"], string | undefined>;

/** A text of more tokens never fits into a link, so that none is made to find out. */
const mostInLink = 20;

/** Longer texts are cut where they are shown; what is copied is whole. */
const longestShown = 20_000;

/** One owner with what stops of theirs, and what to tell them. */
export const OwnerItem = memo(function OwnerItem({ group, context, renewable, onRenew }: OwnerItemProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const { owner, tokens, total, harmed } = group;
  const mail = useMemo(() => mailOf(group, context), [group, context]);
  const theirs = useMemo(
    () =>
      toldFates.flatMap((fate) =>
        tokens[fate].flatMap(({ change: { token } }) => renewable.get(governedKey(token.kind, token.id)) ?? []),
      ),
    [tokens, renewable],
  );
  const about = owner && kindWords[owner.kind];
  return (
    <Box component="li" aria-labelledby={`${id}-name`} sx={{ borderTop: 1, borderColor: "divider", paddingBlock: 2 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 3, rowGap: 1 }}>
        <Box sx={{ flex: "1 1 260px", minWidth: 0 }}>
          <Typography id={`${id}-name`} component="h3" sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>
            {owner === undefined ? "Owner not known" : <Name>{owner.name}</Name>}
          </Typography>
          <Typography variant="caption" component="p" sx={{ color: "text.secondary" }}>
            {countOf(total, "token")}
            {about !== undefined && ` · ${about}`}
            {owner === undefined && " · nobody’s record tells whose, which does not make them nobody’s: ask around"}
          </Typography>
          {harmed.tokens > 0 && (
            <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 2, rowGap: 1, marginTop: 1 }}>
              {toldHarms.map(
                (harm) =>
                  tokens[harm].length > 0 && (
                    <HarmSign key={harm} harm={harm}>
                      {count(tokens[harm].length)} {harmVerb(harm, tokens[harm].length)}
                    </HarmSign>
                  ),
              )}
              <UseCounts of={harmed} />
            </Box>
          )}
        </Box>
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
          <Button aria-expanded={open} aria-controls={open ? `${id}-shown` : undefined} onClick={() => setOpen(!open)}>
            {open ? "Hide text" : "Show text"}
          </Button>
          {theirs.length > 0 && (
            <Button startIcon={<RenewIcon />} aria-haspopup="dialog" onClick={() => onRenew(theirs)}>
              {theirs.length === 1 ? "Renew this one" : `Renew these ${count(theirs.length)}`}
            </Button>
          )}
          <CopyButton text={() => warningTo(group, context).body} label="Copy text" labelled />
          {mail && (
            // In its own tab, since where a web page is the mail program, it would take the place of this one, draft and all.
            <Button
              component="a"
              href={mail.href}
              target="_blank"
              rel="noopener noreferrer"
              variant="outlined"
              startIcon={<MailIcon />}
            >
              Write mail
            </Button>
          )}
        </Box>
      </Box>
      {mail?.whole === false && (
        <Typography variant="caption" component="p" sx={{ color: "text.secondary" }}>
          The text is too long for a mail link, so the mail begins with a short one: copy the text and paste it there.
        </Typography>
      )}
      {open && (
        <Box id={`${id}-shown`} sx={{ marginTop: 2 }}>
          <Shown group={group} context={context} />
        </Box>
      )}
    </Box>
  );
});

function Shown({ group, context }: Pick<OwnerItemProps, "group" | "context">) {
  const { subject, body } = useMemo(() => warningTo(group, context), [group, context]);
  return (
    <>
      <Typography variant="caption" component="p">
        Subject: {subject}
      </Typography>
      <CodeBlock label="Text" wrap>
        {body.slice(0, longestShown)}
      </CodeBlock>
      {body.length > longestShown && (
        <Typography variant="caption" component="p" sx={{ color: "text.secondary" }}>
          Cut here. What is copied is whole.
        </Typography>
      )}
    </>
  );
}

function mailOf(group: OwnerGroup, context: WarningContext): MailLink | undefined {
  const { owner, total } = group;
  if ((owner?.kind !== "user" && owner?.kind !== "written") || !isMailAddress(owner.name)) return undefined;
  const short = { subject: subjectOf(group, context), body: shortBody(group, context) };
  if (total > mostInLink) return { ...mailLink(owner.name, short, short.body), whole: false };
  return mailLink(owner.name, warningTo(group, context), short.body);
}
