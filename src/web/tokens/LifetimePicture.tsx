import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import type { Long } from "#domain/long.ts";
import { lifetimeOf, type Lifetime } from "./lifetime.ts";

/** Times are ms since epoch. */
export interface LifetimePictureProps {
  readonly createdAt: Long;
  /** Null for never. */
  readonly expireAt: Long | null;
  readonly now: number;
}

const width = 320;
const bar = { top: 10, height: 12 };

/** How much of a token's time has passed, as a bar from its creation to its expiry; the words below say the same. */
export function LifetimePicture({ createdAt, expireAt, now }: LifetimePictureProps) {
  const lifetime = lifetimeOf({ createdAt, expireAt }, now);
  const at = (lifetime.passed ?? 0.5) * width;
  const color = colors[lifetime.state];
  return (
    <Box>
      <Box
        component="svg"
        viewBox={`0 0 ${width} 32`}
        role="img"
        aria-label={lifetime.words}
        sx={{ display: "block", width: "100%", maxWidth: width, height: "auto", overflow: "visible" }}
      >
        <Box
          component="rect"
          x={0}
          y={bar.top}
          width={width}
          height={bar.height}
          rx={2}
          sx={{ fill: "var(--mui-palette-frame-well)" }}
        />
        <Box
          component="rect"
          x={0}
          y={bar.top}
          width={at}
          height={bar.height}
          rx={2}
          sx={(theme) => ({ fill: theme.vars?.palette.text.disabled, opacity: lifetime.state === "endless" ? 0.5 : 1 })}
        />
        {lifetime.passed !== undefined && lifetime.state !== "expired" && (
          <Box
            component="rect"
            x={at}
            y={bar.top}
            width={width - at}
            height={bar.height}
            rx={2}
            sx={{ fill: `var(--mui-palette-${color})`, opacity: 0.55 }}
          />
        )}
        {lifetime.state === "endless" ? (
          // An open end: there is no line to draw it against.
          <Box
            component="path"
            d={`M${width - 14} ${bar.top - 4} l10 ${bar.height / 2 + 4} l-10 ${bar.height / 2 + 4}`}
            sx={{ fill: "none", stroke: `var(--mui-palette-${color})`, strokeWidth: 2 }}
          />
        ) : (
          <Box
            component="path"
            d={`M${width} ${bar.top - 4} v${bar.height + 8}`}
            sx={{ stroke: `var(--mui-palette-${color})`, strokeWidth: 2 }}
          />
        )}
        <Box component="path" d={`M${at} ${bar.top - 6} v${bar.height + 12}`} sx={{ stroke: "currentcolor", strokeWidth: 2 }} />
        <Box
          component="text"
          x={Math.min(Math.max(at, 12), width - 12)}
          y={bar.top + bar.height + 20}
          textAnchor="middle"
          sx={{ fill: "currentcolor", fontSize: 11 }}
        >
          now
        </Box>
      </Box>
      <Typography variant="caption" component="p" aria-hidden sx={{ color: "text.secondary", marginTop: 3 }}>
        {lifetime.words}.
      </Typography>
    </Box>
  );
}

const colors = {
  endless: "warning-main",
  alive: "success-main",
  ending: "warning-main",
  expired: "error-main",
} as const satisfies Record<Lifetime["state"], string>;
