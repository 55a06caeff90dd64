import DownloadIcon from "@mui/icons-material/FileDownloadOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useMemo, useState } from "react";
import { Link as RouterLink } from "react-router";

import { day } from "#domain/duration.ts";
import { kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { maximumLifetimeSchema } from "#domain/policy/policySchema.ts";
import { stagedPlan, type StagedGoal, type StagedPlan } from "#domain/policy/stages.ts";
import { paths } from "#web/paths.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { EffectSign } from "#web/ui/EffectSign.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { listWords } from "#web/ui/listWords.ts";
import { Name } from "#web/ui/Name.tsx";
import { localDay } from "#web/ui/times.ts";

import type { PutInto, PutValues } from "#web/policies/draft/useDraft.ts";
import { Owner } from "#web/policies/impact/Owner.tsx";
import type { SeenToken } from "#web/policies/impact/effects.ts";
import { useFilterJudge } from "#web/policies/impact/useFilterJudge.ts";
import { downloadText, fileInstant } from "#web/ui/download.ts";
import type { Impact } from "#web/policies/impact/impact.ts";
import { stagedText, stepWords } from "./stagedText.ts";

const windows = [7, 30] as const;

/** Tokens of one step listed on the page; the text file has them all. */
const mostListed = 100;

export interface StagedPlansProps {
  readonly impact: Impact;
  /** What is in force. */
  readonly base: Policies;
  readonly putInto: PutInto;
}

/** The steps to the draft's maxima that leave the owners of tokens in use time to rotate them first. */
export function StagedPlans({ impact, base, putInto }: StagedPlansProps) {
  const [days, setDays] = useState<(typeof windows)[number]>(7);
  const { draft, tokens, now } = impact;
  const judge = useFilterJudge();
  const { filterName } = useOrganization();
  const plans = useMemo(
    () =>
      tokenKinds.flatMap((kind) => {
        if (!draft[kind].enabled) return [];
        // One that only a cluster has in force is nothing to come to by steps.
        const maximum = maximumLifetimeSchema.safeParse(draft[kind].maximumLifetime).data ?? null;
        const goal = { maximum, filter: draft[kind].ipFilter };
        const ofKind = tokens.filter((token) => token.kind === kind);
        const options = { usedWithin: days * day, inForce: base[kind].maximumLifetime, judge };
        const plan = stagedPlan(ofKind, goal, now, options);
        return plan.inUse + plan.lockedOut > 0 ? [{ kind, goal, plan }] : [];
      }),
    [draft, base, tokens, now, days, judge],
  );
  const disabled = tokenKinds.filter((kind) => base[kind].enabled && !draft[kind].enabled);
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 4 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2, alignItems: "center" }}>
        <Typography sx={{ flex: "1 1 260px" }}>
          {plans.length === 0
            ? `No maximum or IP filter of this draft stops a token that was used in the last ${days} days before its owner could act, so it can be applied at once.`
            : "Applied at once, this draft stops tokens that are or may be in use before their owners could act. These steps give them notice first."}
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
      {plans.map(({ kind, goal, plan }) => (
        <Steps key={kind} kind={kind} goal={goal} plan={plan} now={now} inForce={base[kind].ipFilter} put={putInto(kind)} />
      ))}
      {plans.length > 0 && (
        <Button
          size="small"
          variant="outlined"
          startIcon={<DownloadIcon />}
          onClick={() => downloadText(`policy-steps-${fileInstant(now)}.txt`, "text/plain", stagedText(plans, filterName))}
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
  readonly goal: StagedGoal;
  readonly plan: StagedPlan<SeenToken>;
  readonly now: number;
  /** Id of the IP filter in force; null for none. */
  readonly inForce: string | null;
  readonly put: ((values: PutValues) => void) | undefined;
}

function Steps({ kind, goal, plan, now, inForce, put }: StepsProps) {
  const { filterName } = useOrganization();
  const first = plan.steps[0];
  return (
    <section aria-label={`Steps for ${kindTraits[kind].noun} tokens`}>
      <Typography variant="h3">
        {kindTraits[kind].title}: {stakeWords(plan)}
      </Typography>
      <Box
        component="ol"
        sx={{ listStyle: "none", margin: 0, marginTop: 2, padding: 0, borderInlineStart: 2, borderColor: "divider" }}
      >
        {plan.steps.map((step, index) => (
          <Box component="li" key={step.at} sx={{ paddingInlineStart: 4, paddingBottom: 3 }}>
            <Before at={step.at} tokens={step.rotateBefore} now={now} kind={kind} act="rotated" />
            <Before
              at={step.at}
              tokens={step.moveBefore}
              now={now}
              kind={kind}
              act="used from an address that the filter accepts"
            />
            <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 3, alignItems: "center" }}>
              <Typography component="div" sx={{ fontWeight: 600 }}>
                {index + 1}. {index === 0 ? "Today" : <Instant at={step.at} now={now} as="date" />}:{" "}
                {stepWords(step, goal, filterName)}
              </Typography>
              {step === first && put !== undefined && (
                <Button
                  size="small"
                  variant="outlined"
                  onClick={() => put({ maximum: step.maximum ?? undefined, ipFilter: step.filter ? undefined : inForce })}
                >
                  Put into the draft
                </Button>
              )}
            </Box>
            {step.maximum !== null && (
              <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 4 }}>
                <EffectSign effect="deleted">{count(step.deleted)} deleted, none in use</EffectSign>
                <EffectSign effect="shortened">{count(step.shortened)} shortened</EffectSign>
              </Box>
            )}
          </Box>
        ))}
      </Box>
    </section>
  );
}

/** What is at stake if the draft is applied at once. */
function stakeWords(plan: StagedPlan): string {
  return listWords([
    ...(plan.inUse > 0 ? [`${inUseWords(plan)} would end without notice`] : []),
    ...(plan.lockedOut > 0 ? [`${countOf(plan.lockedOut, "token")} in use would or may be locked out`] : []),
  ]);
}

/** The tokens at stake: those in use, and separately those whose use is unknown, which are treated alike. */
function inUseWords({ inUse, unknown }: StagedPlan): string {
  const known = inUse - unknown;
  if (unknown === 0) return `${countOf(known, "token")} in use`;
  const doubtful = `${countOf(unknown, "token")} whose last use is not known`;
  return known === 0 ? doubtful : `${countOf(known, "token")} in use and ${doubtful}`;
}

interface BeforeProps {
  readonly at: number;
  readonly tokens: readonly SeenToken[];
  readonly now: number;
  readonly kind: TokenKind;
  /** What their owners have to do. */
  readonly act: string;
}

function Before({ at, tokens, now, kind, act }: BeforeProps) {
  if (tokens.length === 0) return null;
  return (
    <Box component="details" sx={{ marginBottom: 2 }}>
      <summary>
        Before {localDay(at)}: {countOf(tokens.length, "token")} to be {act}
      </summary>
      <Box component="ul" sx={{ margin: 0, marginTop: 1, paddingLeft: 5, overflowWrap: "anywhere" }}>
        {tokens.slice(0, mostListed).map((token) => {
          const { id, name, createdAt, lastUse } = token;
          return (
            <li key={id}>
              <Link component={RouterLink} to={paths.token(kind, id)} target="_blank">
                <Name>{name}</Name>
              </Link>
              , <Owner of={token} />, created <Instant at={createdAt} now={now} />
              {lastUse?.at != null && (
                <>
                  , used <Instant at={lastUse.at} now={now} />
                  {lastUse.from !== null && ` from ${lastUse.from}`}
                </>
              )}
            </li>
          );
        })}
        {tokens.length > mostListed && <li>and {count(tokens.length - mostListed)} more, in the text</li>}
      </Box>
    </Box>
  );
}
