import { memo, type ComponentProps } from "react";
import { Link } from "react-router";

import { kindTraits } from "#domain/token/kinds.ts";
import type { Disruption } from "#domain/policy/disruption.ts";
import type { TokenChange } from "#domain/policy/plan.ts";
import { paths } from "#web/paths.ts";
import { EffectSign } from "#web/ui/EffectSign.tsx";
import { HarmSign, UseDot, dotOf } from "#web/ui/HarmSign.tsx";
import { CellTabIndex, Hint } from "#web/ui/Hint.tsx";
import { Name } from "#web/ui/Name.tsx";
import { localTime, shortTime } from "#web/ui/times.ts";

import {
  addressWords,
  beforeAfter,
  expiryWords,
  lastUseWords,
  reasonWords,
  replacesFilter,
  type ReasonContext,
} from "./changeWords.ts";
import type { SeenToken } from "./effects.ts";
import { Owner } from "./Owner.tsx";

export interface AffectedRowProps {
  readonly change: TokenChange<SeenToken>;
  readonly disruption: Disruption;
  readonly context: ReasonContext;
  /** Place in the whole list, from 0. */
  readonly index: number;
  /** Px from the top of the list. */
  readonly start: number;
  readonly height: number;
  /** Whether the tab key enters the list here. */
  readonly entry: boolean;
}

/** The widths of the columns on a wide screen: token with its kind and owner, harm and effect, before and after with the reason, last use. */
export const affectedColumns = "minmax(124px, 1.3fr) 136px minmax(120px, 2fr) 128px";

/** One affected token, which leads to its page in another tab: the draft stays. Everything in it is made only when it is in sight. */
export const AffectedRow = memo(function AffectedRow(props: AffectedRowProps) {
  const { change, disruption, context, index, start, height, entry } = props;
  const { token } = change;
  const { harm, inUse } = disruption;
  const pairs = beforeAfter(change, context.filterName);
  // Two times are too long for one line, and the later of them to be read is what matters.
  const apart = change.type === "restrict" && pairs.length === 1 && change.expireAt !== undefined;
  return (
    <div role="row" aria-rowindex={index + 2} data-token={token.id} style={{ height, transform: `translateY(${start}px)` }}>
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- the name that it holds */}
      <div role="rowheader" data-area="name">
        <CellTabIndex value={entry ? 0 : -1}>
          <Hint
            cut
            component={NewTabLink}
            to={paths.token(token.kind, token.id)}
            hint={<ChangeHint change={change} context={context} />}
          >
            <Name>{token.name}</Name>
          </Hint>
        </CellTabIndex>
      </div>
      <div role="cell" data-area="kind">
        <Owner of={token} /> · {kindTraits[token.kind].noun}
      </div>
      <div role="cell" data-area="effect">
        {harm !== undefined && <HarmSign harm={harm} />}
        {change.type === "delete" ? (
          <EffectSign effect="deleted" />
        ) : (
          <span data-effects>
            {change.expireAt && <EffectSign effect="shortened" />}{" "}
            {change.ipFilter && (
              <EffectSign effect="filtered">{replacesFilter(change) ? "filter replaced" : "filter set"}</EffectSign>
            )}
          </span>
        )}
      </div>
      <div role="cell" data-area="change">
        {pairs.map(({ before, after }) => (
          <span key={before}>
            {before} → {!apart && <strong>{after}</strong>}{" "}
          </span>
        ))}
      </div>
      <div role="cell" data-area="reason">
        {apart && (
          <>
            <strong>{pairs[0]?.after}</strong>.{" "}
          </>
        )}
        {reasonText(change, context)}
      </div>
      <div role="cell" data-area="used">
        <UseDot state={dotOf(inUse)} /> {lastUseWords(token.lastUse, context.now)}
        <span data-from>{token.lastUse?.from != null && `from ${token.lastUse.from}`}</span>
      </div>
    </div>
  );
});

/** A link that leaves the page and its draft where they are. */
function NewTabLink(props: ComponentProps<typeof Link>) {
  return <Link {...props} target="_blank" />;
}

function reasonText(change: TokenChange<SeenToken>, context: ReasonContext): string {
  const address = addressWords(change, context);
  const reason = reasonWords(change, context);
  // First what tells one row from another.
  return address === undefined ? reason : `${capitalized(address)}. ${reason}`;
}

function ChangeHint({ change, context }: Pick<AffectedRowProps, "change" | "context">) {
  const { token } = change;
  const { lastUse } = token;
  return (
    <>
      <strong>
        <Name>{token.name}</Name>
      </strong>{" "}
      (opens in a new tab)
      <br />
      Id {token.id}
      <br />
      Owner: <Owner of={token} />, created {localTime(token.createdAt)}
      <br />
      Now {expiryWords(token.expireAt)},{" "}
      {token.ipFilter === null ? "no IP filter" : `IP filter ${context.filterName(token.ipFilter)}`}
      <br />
      {lastUse?.at == null
        ? capitalized(lastUseWords(lastUse, context.now))
        : `Last used ${lastUse.source === "recorded" ? "" : "at least "}${shortTime(lastUse.at)}${lastUse.from === null ? "" : ` from ${lastUse.from}`}`}
      <br />
      {reasonText(change, context)}
    </>
  );
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const shared = {
  position: "absolute",
  top: 0,
  left: 0,
  width: "100%",
  display: "grid",
  overflow: "hidden",
  borderBottom: 1,
  borderColor: "divider",
  fontSize: "0.75rem",
  lineHeight: 1.4,
  columnGap: 2,
  "& > *": { minWidth: 0, overflow: "hidden", overflowWrap: "anywhere" },
  "& strong": { fontWeight: 600 },
  '& [data-area="name"]': { gridArea: "name", fontSize: "0.8125rem", fontWeight: 500, display: "flex" },
  '& [data-area="reason"] strong': { color: "text.primary" },
  "& [data-from]": { display: "block", color: "text.secondary", overflow: "hidden", textOverflow: "ellipsis" },
  '& [data-area="kind"]': { gridArea: "kind", color: "text.secondary" },
  '& [data-area="effect"]': { gridArea: "effect" },
  '& [data-area="change"]': { gridArea: "change" },
  '& [data-area="reason"]': { gridArea: "reason", color: "text.secondary" },
  '& [data-area="used"]': { gridArea: "used" },
} as const;

const oneLine = { whiteSpace: "nowrap", overflow: "hidden", textOverflow: "ellipsis" } as const;

const wide = {
  ...shared,
  gridTemplate: `"name effect change used" auto "kind effect reason used" auto / ${affectedColumns}`,
  alignContent: "center",
  paddingInline: 1,
  lineHeight: 1.3,
  "&:hover": { backgroundColor: "frame.well" },
  '& [data-area="kind"], & [data-area="change"], & [data-area="reason"]': oneLine,
  '& [data-area="used"]': { gridArea: "used", ...oneLine },
  '& [data-area="effect"]': {
    gridArea: "effect",
    display: "flex",
    flexDirection: "column",
    alignItems: "flex-start",
    justifyContent: "center",
  },
  "& [data-effects]": oneLine,
} as const;

const stacked = {
  ...shared,
  gridTemplate: `"name used" auto "effect used" auto "kind kind" auto "change change" auto "reason reason" 1fr / 1fr auto`,
  paddingBlock: 1.5,
  '& [data-area="effect"]': { gridArea: "effect", display: "flex", flexWrap: "wrap", columnGap: 2 },
  '& [data-area="used"]': { gridArea: "used", textAlign: "right" },
} as const;

/**
 * How rows look, for the list that holds them: on a wide screen, and one below the other on a narrow one. Styled by the list and not by
 * each row or part of it, for all that is in sight is made anew with every keystroke.
 */
export const rowsStyle = { wide: { "& > [data-token]": wide }, stacked: { "& > [data-token]": stacked } } as const;
