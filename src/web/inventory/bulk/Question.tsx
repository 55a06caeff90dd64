import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { Suspense, useMemo, useState } from "react";

import type { BulkAction, BulkPlan, BulkRunStep, BulkStep } from "#domain/inventory/bulk.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { tokenKeyOf } from "#domain/inventory/notes.ts";
import { nameInText } from "#domain/name.ts";
import type { Loss } from "#domain/policy/recoveryKit.ts";
import { isTokenKind } from "#domain/token/kinds.ts";
import { AlreadyReplaced } from "#web/renewal/AlreadyReplaced.tsx";
import { useOrganization } from "#web/state/organization.tsx";
import { tokenWarnings } from "#web/tokens/warnings.ts";
import { WarningList } from "#web/tokens/WarningList.tsx";
import { ConfirmDialog } from "#web/ui/ConfirmDialog.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { HarmSign, UseCounts, UseDot, dotOf, dotWords } from "#web/ui/HarmSign.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { Name, Words } from "#web/ui/Name.tsx";

import type { BulkQuestion } from "./bulk.ts";
import { Choices } from "./Choices.tsx";
import type { SecretsAction } from "./files.ts";
import { TokenRows } from "./TokenRows.tsx";
import { actionLabel, differenceWords, doneWords, effectWords, harmlessWords, stepWords, typedLabel } from "./words.ts";

const SaveKit = lazyPart(async () => (await import("#web/recovery/SaveKit.tsx")).SaveKit);

export interface QuestionProps {
  readonly question: BulkQuestion;
  /** Whether what is there is being read once more, right before it runs. */
  readonly pending: boolean;
  /** What the button says that does nothing. */
  readonly cancel: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** The dry run: what happens to each token, what is in use, what will be refused and why. Then it is confirmed. */
export function Question({ question, pending, cancel, onConfirm, onCancel }: QuestionProps) {
  const { plan, differences } = question;
  const { action, totals } = plan;
  const label = actionLabel(action, totals.run);
  return (
    <ConfirmDialog
      title={totals.run === 0 ? "There is nothing to do" : `${label}?`}
      confirm={label}
      cancel={cancel}
      width="md"
      destructive={action.type === "renew" ? totals.needConsent > 0 : action.type !== "parser"}
      pending={pending}
      blocked={totals.run === 0}
      typed={
        totals.needConsent > 0
          ? { expected: String(totals.needConsent), label: typedLabel(action, totals.needConsent) }
          : undefined
      }
      onConfirm={onConfirm}
      onCancel={onCancel}
    >
      <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
        {differences.length > 0 && <Differences differences={differences} />}
        {totals.run > 0 && <Typography>{consequence[action.type]}</Typography>}
        <Totals question={question} />
        <OwnWarning plan={plan} />
        <OthersWarning plan={plan} />
        {action.type === "renew" && <ReplacedAlready plan={plan} />}
        {action.type === "permissions" && <Risks action={action} />}
        <Steps plan={plan} />
        {action.type === "delete" && totals.run > 0 && <Kit plan={plan} />}
        {(action.type === "rotate" || action.type === "renew") && totals.run > 0 && <FileNote type={action.type} />}
      </Box>
    </ConfirmDialog>
  );
}

/** What an action means, once for all tokens. */
const consequence = {
  delete: "They stop working at once, everywhere, and cannot be brought back.",
  rotate:
    "Each gets another secret. The string in use now stops working at once, everywhere. Name, rights, expiry and IP filter carry over; each counts as created now.",
  renew:
    "Each gets a second one of the same name, rights and IP filter, with a secret of its own. The old ones go on until they expire or are deleted: put each new secret in place first.",
  parser: "What arrives with them is read by the other parser from then on. What arrived before stays as it was read.",
  permissions: "They keep their strings. What uses them gains and loses these rights at once.",
} as const satisfies Record<BulkAction["type"], string>;

function Totals({ question: { plan, reading } }: { readonly question: BulkQuestion }) {
  const { gateway } = useOrganization();
  const { action, totals } = plan;
  const { run, refused, nothing, inUse, useUnknown, needConsent, unsure } = totals;
  const stops = action.type === "delete" || action.type === "rotate" || action.type === "renew";
  return (
    <Box
      component="ul"
      aria-label="What would happen"
      sx={{ listStyle: "none", margin: 0, padding: 0, "& li": { marginTop: 1 } }}
    >
      {needConsent > 0 && (
        <Box component="li" sx={{ display: "flex", flexWrap: "wrap", columnGap: 4, alignItems: "center" }}>
          {stops ? (
            <HarmSign harm="at-once">
              {count(needConsent)} {effectWords(action, totals)}
            </HarmSign>
          ) : (
            <span>
              {count(needConsent)} {effectWords(action, totals)}
            </span>
          )}
          {/* Of a renewal it would count those that go on. */}
          {action.type !== "renew" && <UseCounts of={{ tokens: run, inUse, useUnknown }} />}
        </Box>
      )}
      {run > needConsent && (
        <li>
          {count(run - needConsent)} {harmlessWords(action)}
        </li>
      )}
      {refused > 0 && <li>{count(refused)} will be refused, and stay as they are. The list says why for each.</li>}
      {nothing > 0 && <li>{count(nothing)} are as asked for already.</li>}
      {reading.gone.length > 0 && (
        <li>
          {countOf(reading.gone.length, "selected token is", "selected tokens are")} no longer listed:{" "}
          <Names tokens={reading.gone} />.
        </li>
      )}
      {unsure > 0 && (
        <li>
          Of {count(unsure)} only the server can tell whether it will do it
          {gateway ? ": LogScale does not say in advance what your rights allow" : ""}. What it refuses stays as it is.
        </li>
      )}
    </Box>
  );
}

/** Lists are cut here: past this many the rest is counted. */
const mostNamed = 20;

function Names({ tokens }: { readonly tokens: readonly InventoryToken[] }) {
  const more = tokens.length - mostNamed;
  return (
    <>
      {tokens.slice(0, mostNamed).map(({ key, name }, index) => (
        <span key={key}>
          {index > 0 && ", "}
          <Name>{name}</Name>
        </span>
      ))}
      {more > 0 && ` and ${count(more)} more`}
    </>
  );
}

function Differences({ differences }: Pick<BulkQuestion, "differences">) {
  const types = [...new Set(differences.map(({ type }) => type))];
  return (
    <Alert severity="warning">
      <AlertTitle component="p">Nothing was done: this is no longer what you agreed to</AlertTitle>
      {types.map((type) => {
        const tokens = differences.filter((one) => one.type === type).map(({ token }) => token);
        return (
          <Typography key={type}>
            {differenceWords[type]}: <Names tokens={tokens} />.
          </Typography>
        );
      })}
      Below is what it does by now.
    </Alert>
  );
}

/** What it means for the session and for the reader's own token. */
function OwnWarning({ plan: { action, steps } }: { readonly plan: BulkPlan }) {
  const own = steps.filter((step) => step.type === "run").filter((step) => step.own !== undefined);
  const [inUse] = own.filter((step) => step.own === "in-use");
  if (own.length === 0 || action.type === "parser") return null;
  const [first] = own;
  if (action.type === "renew") return <ReplacedWarning own={own.find(({ token }) => token.kind === "personal")} />;
  return (
    <Alert severity={inUse !== undefined && action.type !== "rotate" ? "error" : "warning"}>
      <Words>
        {inUse === undefined
          ? `${nameInText(first?.token.name ?? "")} is your own personal token.`
          : inUseWords[action.type](inUse.token)}
      </Words>
    </Alert>
  );
}

/** What it means to renew one's personal token. Every other that the session acts as goes on. */
function ReplacedWarning({ own }: { readonly own: BulkRunStep | undefined }) {
  if (own === undefined) return null;
  const { token, own: how } = own;
  return (
    <Alert severity="warning">
      <Words>
        {`${nameInText(token.name)} is your own personal token. You can have one alone, so the new one takes its place: it comes last, and what uses the old one stops at once.${how === "in-use" ? " You are signed in with it; this session goes on with the new one." : ""}`}
      </Words>
    </Alert>
  );
}

const inUseWords = {
  delete: ({ name }: InventoryToken) =>
    `You are signed in with ${nameInText(name)}, which is one of them. It comes last; deleting it signs you out at once.`,
  rotate: ({ name }: InventoryToken) =>
    `You are signed in with ${nameInText(name)}, which is one of them. It comes last; this session goes on with its new secret, and every other place that uses it stops.`,
  permissions: ({ name }: InventoryToken) =>
    `You are signed in with ${nameInText(name)}, which is one of them. It comes last; you gain and lose the same rights at once.`,
} as const;

/** Which of them have a successor already. */
function ReplacedAlready({ plan: { steps } }: { readonly plan: BulkPlan }) {
  const keys = useMemo(() => steps.flatMap(({ type, token }) => (type === "run" ? [tokenKeyOf(token)] : [])), [steps]);
  return <AlreadyReplaced keys={keys} />;
}

/** What it means for people whose personal tokens are among them. */
function OthersWarning({ plan: { action, steps } }: { readonly plan: BulkPlan }) {
  const others = steps.filter((step) => step.type === "run" && step.token.kind === "personal" && step.own === undefined).length;
  if (others === 0) return null;
  const whose = `${countOf(others, "of them is somebody else’s own token", "of them are other people’s own tokens")}.`;
  return (
    <Alert severity="warning">
      {action.type === "rotate"
        ? `${whose} You will hold secrets that act as their owners. Pass each on to its owner, who can also rotate it again.`
        : `${whose} Each owner can create a new one, unless the security policy forbids it.`}
    </Alert>
  );
}

function Risks({ action: { kind, add } }: { readonly action: BulkAction & { readonly type: "permissions" } }) {
  const warnings = tokenWarnings({
    kind,
    permissions: add,
    expireAt: undefined,
    filter: { accepts: undefined },
    namesakes: { same: 0, alike: [] },
    ofOwner: false,
  });
  return <WarningList warnings={warnings} />;
}

type Narrowed = "all" | "used" | "unknown" | "refused" | "nothing";

function Steps({ plan: { steps, action, totals } }: { readonly plan: BulkPlan }) {
  const { filterName } = useOrganization();
  const [narrowed, setNarrowed] = useState<Narrowed>("all");
  const shown = useMemo(() => steps.filter((step) => isShown(step, narrowed)), [steps, narrowed]);
  return (
    <Box component="section" aria-label="Each token" sx={{ display: "flex", flexDirection: "column", gap: 2 }}>
      <Choices
        label="Show"
        value={narrowed}
        onChange={setNarrowed}
        choices={[
          { name: "all", words: "all", tokens: steps.length },
          { name: "used", words: "in use", tokens: totals.inUse },
          { name: "unknown", words: "use not known", tokens: totals.useUnknown },
          { name: "refused", words: "refused", tokens: totals.refused },
          { name: "nothing", words: "nothing to do", tokens: totals.nothing },
        ]}
      />
      <TokenRows
        key={narrowed}
        label="What would happen to each token"
        items={shown}
        wordsOf={(step) => stepWords(step, action, filterName)}
        renderSign={(step) => <StepSign step={step} />}
        empty="No token is left."
      />
    </Box>
  );
}

function isShown(step: BulkStep, narrowed: Narrowed): boolean {
  switch (narrowed) {
    case "all":
      return true;
    case "used":
      return step.type === "run" && dotOf(step.use) === "used";
    case "unknown":
      return step.type === "run" && step.use === "unknown";
    case "refused":
    case "nothing":
      return step.type === narrowed;
    default:
      return narrowed satisfies never;
  }
}

function StepSign({ step }: { readonly step: BulkStep }) {
  return (
    <Typography variant="caption" component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 1 }}>
      {step.type === "run" ? (
        <>
          <UseDot state={dotOf(step.use)} />
          {dotWords[dotOf(step.use)]}
        </>
      ) : step.type === "refused" ? (
        <Box component="span" sx={{ color: "warning.main", fontWeight: 600 }}>
          refused
        </Box>
      ) : (
        "nothing to do"
      )}
    </Typography>
  );
}

/** Offers a recovery kit of what is deleted. */
function Kit({ plan: { steps } }: { readonly plan: BulkPlan }) {
  const run = useMemo(() => steps.filter((step) => step.type === "run"), [steps]);
  const losses = useMemo(() => run.flatMap(lossOf), [run]);
  const others = run.length - losses.length;
  return (
    <>
      {losses.length > 0 && (
        <Suspense fallback={null}>
          <SaveKit losses={losses} />
        </Suspense>
      )}
      {others > 0 && (
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          {countOf(others, "ingest or fleet token")} cannot go into a recovery kit: a new token gets a new value. Only root can
          create an ingest token with a given value.
        </Typography>
      )}
    </>
  );
}

function lossOf({ token }: BulkRunStep): readonly Loss[] {
  const { kind, id, name, createdAt = 0, expireAt = null, ipFilter } = token;
  if (!isTokenKind(kind) || id === undefined) return [];
  return [{ because: "deleted", token: { kind, id, name, createdAt, expireAt, ipFilter } }];
}

function FileNote({ type }: { readonly type: SecretsAction }) {
  return (
    <Alert severity="info">
      <AlertTitle component="p">You get the new secrets once, as a file</AlertTitle>
      <Typography>
        It names each token that was {doneWords[type]}, with its former id, the new id and the new string, as CSV or JSON, for all
        or for one owner. Whoever has the file can use the tokens: save it where only you can read it, put each string in place,
        then delete the file. Nobody can read the strings again once this is closed.
      </Typography>
    </Alert>
  );
}
