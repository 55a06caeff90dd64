import DownloadIcon from "@mui/icons-material/FileDownloadOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useMemo, useState } from "react";
import { Link as RouterLink } from "react-router";

import { day, formatDuration } from "#domain/duration.ts";
import { kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { maximumLifetimeSchema, type Policies } from "#domain/policy/policy.ts";
import { stagedPlan, type StagedPlan, type StagedStep } from "#domain/policy/stages.ts";
import { paths } from "#web/paths.ts";
import { EffectSign } from "#web/ui/EffectSign.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { Name } from "#web/ui/Name.tsx";
import { localDay } from "#web/ui/times.ts";

import { downloadText, fileInstant } from "#web/ui/download.ts";
import type { Impact } from "#web/policies/impact/impact.ts";
import { stagedText } from "./stagedText.ts";

const windows = [7, 30] as const;

/** Tokens of one step listed on the page; the text file has them all. */
const mostListed = 100;

export interface StagedPlansProps {
  readonly impact: Impact;
  /** What is in force. */
  readonly base: Policies;
  /** Puts a maximum lifetime (ms) into the draft; undefined for a kind whose policy this caller may not change. */
  readonly setMaximum: (kind: TokenKind) => ((maximum: number) => void) | undefined;
}

/** The steps to the draft's maxima that leave the owners of tokens in use time to rotate them first. */
export function StagedPlans({ impact, base, setMaximum }: StagedPlansProps) {
  const [days, setDays] = useState<(typeof windows)[number]>(7);
  const { draft, tokens, now } = impact;
  const plans = useMemo(
    () =>
      tokenKinds.flatMap((kind) => {
        // One that only a cluster has in force is nothing to come to by steps.
        const wanted = maximumLifetimeSchema.safeParse(draft[kind].maximumLifetime).data;
        if (wanted === undefined || !draft[kind].enabled) return [];
        const ofKind = tokens.filter((token) => token.kind === kind);
        const plan = stagedPlan(ofKind, wanted, now, { usedWithin: days * day, inForce: base[kind].maximumLifetime });
        return plan.inUse > 0 ? [{ kind, plan }] : [];
      }),
    [draft, base, tokens, now, days],
  );
  const disabled = tokenKinds.filter((kind) => base[kind].enabled && !draft[kind].enabled);
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 4 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2, alignItems: "center" }}>
        <Typography sx={{ flex: "1 1 260px" }}>
          {plans.length === 0
            ? `No maximum of this draft deletes a token that was used in the last ${days} days, so it can be applied at once.`
            : `Applied at once, this draft deletes tokens ${plans.some(({ plan }) => plan.inUse > plan.unknown) ? "in use" : "that may be in use"}. These steps let their owners rotate them first.`}
          {disabled.length > 0 &&
            " A kind that is disabled is deleted as a whole; no steps soften that. Set a maximum first, and disable it later."}
        </Typography>
        <Box role="group" aria-label="In use means" sx={{ display: "flex", gap: 1, alignItems: "center" }}>
          <Typography variant="caption" sx={{ color: "text.secondary" }}>
            In use: in the last
          </Typography>
          {windows.map((window) => (
            <Button
              key={window}
              size="small"
              variant="outlined"
              aria-pressed={days === window}
              onClick={() => setDays(window)}
              sx={days === window ? { backgroundColor: "action.selected" } : undefined}
            >
              {window} days
            </Button>
          ))}
        </Box>
      </Box>
      {plans.map(({ kind, plan }) => (
        <Steps key={kind} kind={kind} plan={plan} now={now} setMaximum={setMaximum(kind)} />
      ))}
      {plans.length > 0 && (
        <Button
          size="small"
          variant="outlined"
          startIcon={<DownloadIcon />}
          onClick={() => downloadText(`policy-steps-${fileInstant(now)}.txt`, "text/plain", stagedText(plans))}
          sx={{ alignSelf: "flex-start" }}
        >
          The steps as text
        </Button>
      )}
    </Box>
  );
}

interface StepsProps {
  readonly kind: TokenKind;
  readonly plan: StagedPlan;
  readonly now: number;
  readonly setMaximum: ((maximum: number) => void) | undefined;
}

function Steps({ kind, plan, now, setMaximum }: StepsProps) {
  const first = plan.steps[0];
  return (
    <section aria-label={`Steps for ${kindTraits[kind].noun} tokens`}>
      <Typography variant="h3">
        {kindTraits[kind].title}: {inUseWords(plan)} would be deleted at once
      </Typography>
      <Box
        component="ol"
        sx={{ listStyle: "none", margin: 0, marginTop: 2, padding: 0, borderInlineStart: 2, borderColor: "divider" }}
      >
        {plan.steps.map((step, index) => (
          <Box component="li" key={step.at} sx={{ paddingInlineStart: 4, paddingBottom: 3 }}>
            {step.rotateBefore.length > 0 && <Rotate step={step} now={now} kind={kind} />}
            <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 3, alignItems: "center" }}>
              <Typography component="div" sx={{ fontWeight: 600 }}>
                {index + 1}. {index === 0 ? "Today" : <Instant at={step.at} now={now} as="date" />}: at most{" "}
                {formatDuration(step.maximum)}
              </Typography>
              {step === first && setMaximum !== undefined && (
                <Button size="small" variant="outlined" onClick={() => setMaximum(step.maximum)}>
                  Put into the draft
                </Button>
              )}
            </Box>
            <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 4 }}>
              <EffectSign effect="deleted">{count(step.deleted)} deleted, none in use</EffectSign>
              <EffectSign effect="shortened">{count(step.shortened)} shortened</EffectSign>
            </Box>
          </Box>
        ))}
      </Box>
    </section>
  );
}

/** The tokens at stake: those in use, and separately those whose use is unknown, which are treated alike. */
function inUseWords({ inUse, unknown }: StagedPlan): string {
  const known = inUse - unknown;
  if (unknown === 0) return `${countOf(known, "token")} in use`;
  const doubtful = `${countOf(unknown, "token")} whose last use is not known`;
  return known === 0 ? doubtful : `${countOf(known, "token")} in use and ${doubtful}`;
}

function Rotate({ step, now, kind }: { readonly step: StagedStep; readonly now: number; readonly kind: TokenKind }) {
  const { rotateBefore, at } = step;
  return (
    <Box component="details" sx={{ marginBottom: 2 }}>
      <summary>
        Before {localDay(at)}: {countOf(rotateBefore.length, "token")} to be rotated by{" "}
        {rotateBefore.length === 1 ? "its owner" : "their owners"}
      </summary>
      <Box component="ul" sx={{ margin: 0, marginTop: 1, paddingLeft: 5, overflowWrap: "anywhere" }}>
        {rotateBefore.slice(0, mostListed).map(({ id, name, createdAt, lastUse }) => (
          <li key={id}>
            <Link component={RouterLink} to={paths.token(kind, id)}>
              <Name>{name}</Name>
            </Link>
            , created <Instant at={createdAt} now={now} />
            {lastUse?.at != null && (
              <>
                , used <Instant at={lastUse.at} now={now} />
              </>
            )}
          </li>
        ))}
        {rotateBefore.length > mostListed && <li>and {count(rotateBefore.length - mostListed)} more, in the text</li>}
      </Box>
    </Box>
  );
}
