import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useId, useMemo, useRef, useState, useSyncExternalStore, type PointerEvent } from "react";

import { day, formatDuration } from "#domain/duration.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { deletedBy, shortestHarmlessMaximum, type LifetimeCurve } from "#domain/policy/lifetimes.ts";
import type { KindPolicy } from "#domain/policy/policy.ts";
import { count, countOf } from "#web/ui/counts.ts";

import type { PutValues } from "#web/policies/draft/useDraft.ts";
import type { KindSeen } from "#web/api/kindSeen.ts";
import { lifetimeScale, stepPath } from "./scale.ts";

const height = 120;
const margin = { left: 46, right: 10, top: 16, bottom: 34 };

export interface MaximumPictureProps {
  readonly kind: TokenKind;
  readonly state: KindSeen["state"];
  readonly curve: LifetimeCurve;
  /** The kind's policy in the draft. */
  readonly policy: KindPolicy;
  /** The shortest maximum that stops nothing within 7 days that is or may be in use, ms; null where none is long enough. */
  readonly gentle: number | null;
  readonly put: ((values: PutValues) => void) | undefined;
}

/**
 * How many tokens of one kind any maximum deletes, drawn as a curve, with the shortest maximum that deletes none and the shortest that stops
 * nothing in use, to be taken over.
 */
export function MaximumPicture({ kind, state, curve, gentle, policy, put }: MaximumPictureProps) {
  const id = useId();
  const { noun, title } = kindTraits[kind];
  const alive = curve.ages.length;
  const harmless = shortestHarmlessMaximum(curve);
  const maximum = policy.maximumLifetime;
  const table = useMemo(() => {
    const maxima = [1, 7, 30, 90, 180, 365, 730, 1825]
      .map((days) => days * day)
      .filter((row) => harmless === null || row < harmless);
    return [...maxima, ...(harmless === null ? [] : [harmless])].map((row) => ({ row, deleted: deletedBy(curve, row) }));
  }, [curve, harmless]);

  if (state === "hidden" || state === "failed" || state === "waiting") {
    return (
      <section aria-labelledby={id}>
        <Typography variant="subtitle2" component="h4" id={id}>
          {title}
        </Typography>
        <Typography sx={{ color: "text.secondary" }}>
          {state === "waiting" ? "Still being read." : `None of the ${noun} tokens could be seen, so there is nothing to draw.`}
        </Typography>
      </section>
    );
  }
  const seen = state === "partial" ? " seen" : "";
  const draftWords =
    maximum === null
      ? "The draft sets no maximum."
      : `The draft’s ${formatDuration(maximum)} delete ${count(deletedBy(curve, maximum))} of ${countOf(alive, `${kindTraits[kind].noun} token`)}${seen}.`;
  const harmlessWords =
    (harmless === null ? "" : ` From ${formatDuration(harmless)} up none is deleted.`) +
    (gentle === null ? "" : ` From ${formatDuration(gentle)} up nothing that is or may be in use stops within 7 days.`);
  const words = alive === 0 ? `No ${noun} token${seen} is alive, so no maximum deletes any.` : draftWords + harmlessWords;
  return (
    <section aria-labelledby={id}>
      <Typography variant="subtitle2" component="h4" id={id}>
        {title}
      </Typography>
      {alive > 0 && (
        <Curve
          curve={curve}
          harmless={harmless}
          gentle={gentle}
          maximum={maximum === null ? null : Number(maximum)}
          label={`${title} tokens. ${words}`}
        />
      )}
      <Typography variant="caption" component="p">
        {words}
        {!policy.enabled && " But the draft disables the kind, which deletes all of them whatever the maximum."}
      </Typography>
      {alive > 0 && (
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2, alignItems: "flex-start", marginTop: 1 }}>
          {gentle !== null && put !== undefined && policy.enabled && (
            <Button
              size="small"
              variant="outlined"
              disabled={maximum === gentle}
              onClick={() => put({ maximum: gentle })}
              aria-label={`Nothing in use stops from ${formatDuration(gentle)} up: set it for ${noun} tokens`}
            >
              Nothing in use stops from {formatDuration(gentle)} up
            </Button>
          )}
          <Box component="details" sx={{ paddingBlock: 1, fontSize: "0.75rem" }}>
            <summary>As a table</summary>
            <Box
              component="table"
              sx={{ borderSpacing: "12px 2px", marginInlineStart: -3 }}
              aria-label={`${title} tokens deleted by maximum`}
            >
              <thead>
                <tr>
                  <th scope="col">Maximum</th>
                  <th scope="col">Deleted</th>
                </tr>
              </thead>
              <tbody>
                {table.map(({ row, deleted }) => (
                  <tr key={row}>
                    <td>{formatDuration(row)}</td>
                    <Box component="td" sx={{ textAlign: "end" }}>
                      {count(deleted)}
                    </Box>
                  </tr>
                ))}
              </tbody>
            </Box>
          </Box>
        </Box>
      )}
    </section>
  );
}

interface CurveProps {
  readonly curve: LifetimeCurve;
  readonly harmless: number | null;
  readonly gentle: number | null;
  /** The draft's maximum, ms; null for none. */
  readonly maximum: number | null;
  readonly label: string;
}

function Curve({ curve, harmless, gentle, maximum, label }: CurveProps) {
  const box = useRef<HTMLDivElement>(null);
  const full = useWidth(box);
  const [pointed, setPointed] = useState<number>();
  const width = Math.max(60, Math.floor(full) - margin.left - margin.right);
  const alive = curve.ages.length;
  const longest = Math.max(harmless ?? curve.ages.at(-1) ?? day, gentle ?? 0) * 1.6;
  const scale = useMemo(() => lifetimeScale(maximum ?? day, Math.max(longest, maximum ?? 0), width), [maximum, longest, width]);
  const yOf = (deleted: number) => height - (deleted / alive) * height;
  const path = useMemo(
    () =>
      stepPath(
        width,
        (x) => deletedBy(curve, scale.maximumAt(x)),
        (deleted) => height - (deleted / alive) * height,
      ),
    [curve, scale, width, alive],
  );
  const onPointerMove = (event: PointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - margin.left;
    setPointed(x < 0 || x > width ? undefined : x);
  };
  const inDraft = maximum === null ? undefined : { x: scale.at(maximum), deleted: deletedBy(curve, maximum) };
  const days = pointed === undefined ? undefined : Math.max(1, Math.round(scale.maximumAt(pointed) / day));
  const reading = days === undefined ? undefined : { x: scale.at(days * day), days, deleted: deletedBy(curve, days * day) };
  return (
    <Box ref={box} sx={{ height: height + margin.top + margin.bottom }}>
      {full > 0 && (
        <Box
          component="svg"
          width={Math.floor(full)}
          height={height + margin.top + margin.bottom}
          role="img"
          aria-label={label}
          onPointerMove={onPointerMove}
          onPointerLeave={() => setPointed(undefined)}
          sx={svgStyle}
        >
          <g transform={`translate(${margin.left} ${margin.top})`}>
            {[alive, Math.round(alive / 2), 0]
              .filter((tokens, index, all) => all.indexOf(tokens) === index)
              .map((tokens) => (
                <g key={tokens} transform={`translate(0 ${yOf(tokens)})`}>
                  <path className="grid" d={`M0 0H${width}`} />
                  <text className="axis" x={-6} y={4} textAnchor="end">
                    {count(tokens)}
                  </text>
                </g>
              ))}
            <text className="axis" x={-margin.left} y={-6}>
              tokens deleted
            </text>
            {scale.ticks.map((tick) => (
              <g key={tick} transform={`translate(${scale.at(tick)} ${height})`}>
                <path className="tick" d="M0 0V4" />
                <text className="axis" y={15} textAnchor="middle">
                  {count(tick / day)}
                </text>
              </g>
            ))}
            <text className="axis" x={width} y={height + 29} textAnchor="end">
              maximum lifetime, days
            </text>
            <path className="area" d={`${path}V${height}H0Z`} />
            <path className="line" d={path} />
            {harmless !== null && (
              <Bound x={scale.at(harmless)} y={10} words={`deletes nothing from ${formatDuration(harmless)}`} />
            )}
            {gentle !== null && (
              <Bound x={scale.at(gentle)} y={26} words={`stops nothing in use from ${formatDuration(gentle)}`} />
            )}
            {inDraft !== undefined && (
              <Mark x={inDraft.x} y={yOf(inDraft.deleted)} width={width} words={`draft: ${count(inDraft.deleted)} deleted`} />
            )}
            {reading !== undefined && (
              <>
                <path className="tick" d={`M${reading.x} 0V${height}`} />
                <Mark
                  x={reading.x}
                  y={yOf(reading.deleted)}
                  width={width}
                  words={`${count(reading.days)} days: ${count(reading.deleted)}`}
                />
              </>
            )}
          </g>
        </Box>
      )}
    </Box>
  );
}

/** The shortest maximum of which something holds: a line, its words to the left. The two may be close, so each has a height of its own. */
function Bound({ x, y, words }: { readonly x: number; readonly y: number; readonly words: string }) {
  return (
    <>
      <path className="safe" d={`M${x} 0V${height}`} />
      <text className="label" x={x - 6} y={y} textAnchor="end">
        {words}
      </text>
    </>
  );
}

/** A dot on the curve, its words beside it on the side where there is room. */
function Mark({
  x,
  y,
  width,
  words,
}: {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly words: string;
}) {
  const left = x > width * 0.55;
  return (
    <>
      <circle className="mark" cx={x} cy={y} r={4} />
      <text className="label" x={left ? x - 8 : x + 8} y={Math.max(y - 6, 4)} textAnchor={left ? "end" : "start"}>
        {words}
      </text>
    </>
  );
}

const svgStyle = {
  display: "block",
  fontSize: 11,
  overflow: "visible",
  "& .axis": { fill: "var(--mui-palette-text-secondary)" },
  "& .grid": { stroke: "var(--mui-palette-divider)", fill: "none" },
  "& .tick": { stroke: "var(--mui-palette-text-disabled)", fill: "none" },
  "& .area": { fill: "var(--mui-palette-effects-deleted-tint)" },
  "& .line": { stroke: "var(--mui-palette-effects-deleted-main)", strokeWidth: 2, fill: "none" },
  "& .safe": { stroke: "var(--mui-palette-text-primary)", strokeDasharray: "3 3", fill: "none" },
  "& .mark": { fill: "var(--mui-palette-text-primary)", stroke: "var(--mui-palette-background-paper)", strokeWidth: 2 },
  "& .label": {
    fill: "var(--mui-palette-text-primary)",
    paintOrder: "stroke",
    stroke: "var(--mui-palette-background-paper)",
    strokeWidth: 3,
    strokeLinejoin: "round",
  },
} as const;

/** The width of an element in pixels; 0 before it is measured. */
function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [subscribe] = useState(() => (listener: () => void) => {
    if (element.current === null) return () => undefined;
    const observer = new ResizeObserver(listener);
    observer.observe(element.current);
    return () => observer.disconnect();
  });
  return useSyncExternalStore(subscribe, () => element.current?.clientWidth ?? 0);
}
