import AllowedIcon from "@mui/icons-material/CheckCircleOutlined";
import DeniedIcon from "@mui/icons-material/BlockOutlined";
import UnknownIcon from "@mui/icons-material/HelpOutlineOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";

import type { IpFilterRule } from "#domain/filter/ipFilter.ts";
import type { Session } from "#web/api/session.ts";
import { monospace } from "#web/theme.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { Panel } from "#web/ui/Panel.tsx";
import { noManager } from "#web/ui/noManager.ts";

import { judge, mostTested, sameVerdict, verdictText, type Tested, type TestVerdict } from "./tester.ts";

export interface TesterProps {
  /** What is typed. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** How many addresses are typed. */
  readonly typed: number;
  /** The verdicts of the rules that are shown; undefined while these cannot be read. */
  readonly tested: readonly Tested[] | undefined;
  /** Whether faults are why the rules cannot be read. */
  readonly faulty: boolean;
  /** The rules in force where the shown ones differ; undefined where they are the same, or cannot be read. */
  readonly inForce: readonly IpFilterRule[] | undefined;
  readonly session: Session;
}

/** Judges any addresses by the rules on the page, and says which rule decides. */
export function Tester({ text, onChange, typed, tested, faulty, inForce, session }: TesterProps) {
  const { clientAddress, backend } = session;
  const allowed = tested?.filter(({ verdict }) => verdict.type === "judged" && verdict.allowed).length ?? 0;
  const unreadable = tested?.filter(({ verdict }) => verdict.type === "not-an-address").length ?? 0;
  return (
    <Panel title="Test addresses">
      <TextField
        multiline
        fullWidth
        size="small"
        label="Addresses, one a line"
        value={text}
        onChange={(event) => onChange(event.target.value)}
        minRows={2}
        maxRows={8}
        helperText={
          backend === "gateway"
            ? `You come from ${clientAddress}. LogScale itself sees the address of this gateway, and judges by that one.`
            : `The server sees you at ${clientAddress}.`
        }
        slotProps={{ htmlInput: { ...noManager, spellCheck: false, sx: { fontFamily: monospace, fontSize: "0.8125rem" } } }}
      />
      {!text.split(/[\s,;]+/u).includes(clientAddress) && (
        <Button
          size="small"
          variant="outlined"
          onClick={() => onChange(`${text.trimEnd()}${text.trim() === "" ? "" : "\n"}${clientAddress}`)}
          sx={{ alignSelf: "flex-start" }}
        >
          Add my address
        </Button>
      )}
      <Typography role="status" sx={{ color: "text.secondary" }}>
        {tested === undefined
          ? faulty
            ? "The test waits until every line can be read."
            : "The test begins with the first rule."
          : tested.length === 0
            ? "Type an address to see which rule decides."
            : [
                `${count(allowed)} allowed`,
                `${count(tested.length - allowed - unreadable)} denied`,
                ...(unreadable > 0 ? [`${count(unreadable)} not readable`] : []),
              ].join(", ")}
        {tested !== undefined &&
          typed > mostTested &&
          `; the first ${count(mostTested)} of ${countOf(typed, "address", "addresses")}`}
      </Typography>
      {tested !== undefined && tested.length > 0 && (
        <Box
          component="ul"
          aria-label="Verdicts"
          // Long lists scroll by themselves, which the keyboard must be able to do as well.
          tabIndex={0}
          sx={{ listStyle: "none", margin: 0, padding: 0, maxHeight: 320, overflow: "auto" }}
        >
          {tested.map(({ address, verdict }) => (
            <TestedLine key={address} address={address} verdict={verdict} before={inForce && judge(inForce, address)} />
          ))}
        </Box>
      )}
    </Panel>
  );
}

interface TestedLineProps {
  readonly address: string;
  readonly verdict: TestVerdict;
  readonly before: TestVerdict | undefined;
}

function TestedLine({ address, verdict, before }: TestedLineProps) {
  const Icon = verdict.type === "not-an-address" ? UnknownIcon : verdict.allowed ? AllowedIcon : DeniedIcon;
  const color = verdict.type === "not-an-address" ? "text.secondary" : verdict.allowed ? "success.main" : "effects.deleted.main";
  return (
    <Box
      component="li"
      sx={{ display: "flex", gap: 2, alignItems: "flex-start", paddingBlock: 1.5, borderTop: 1, borderColor: "frame.line" }}
    >
      <Icon aria-hidden fontSize="small" sx={{ color, flexShrink: 0 }} />
      <Box sx={{ minWidth: 0, overflowWrap: "anywhere" }}>
        <Box component="span" sx={{ fontFamily: monospace, fontSize: "0.8125rem" }}>
          {address}
        </Box>{" "}
        {verdictText(verdict)}
        {before !== undefined && !sameVerdict(before, verdict) && (
          <Typography variant="caption" component="div" sx={{ color: "warning.main" }}>
            In force now: {verdictText(before)}
          </Typography>
        )}
      </Box>
    </Box>
  );
}
