// oxlint-disable-next-line import/no-empty-named-blocks, unicorn/require-module-specifiers -- brings in a declaration and nothing else
import type {} from "@mui/material/themeCssVarsAugmentation";
import { createTheme, type Theme } from "@mui/material/styles";

/** What can happen to a token. Each has one colour, one icon and one word, the same everywhere; colour never stands alone. */
export const effects = ["deleted", "shortened", "filtered", "unchanged"] as const;

/** One of {@link effects}. */
export type EffectName = (typeof effects)[number];

/** What can befall those who use a token: it stops, or is locked out. Above the effects, and as they are the same everywhere. */
export type HarmSignName = "stops" | "lockedOut";

/** The colours of an effect: for text and icons on the page or on `tint`, and the quiet surface `tint` itself. */
interface EffectColors {
  main: string;
  tint: string;
}

declare module "@mui/material/styles" {
  interface Palette {
    effects: Record<EffectName, EffectColors>;
    harms: Record<HarmSignName, EffectColors>;
    /** Hairlines, the one surface that lies below the page's panels, and the ring around what has the keyboard. */
    frame: { line: string; well: string; focus: string };
  }
  interface PaletteOptions {
    effects: Record<EffectName, EffectColors>;
    harms: Record<HarmSignName, EffectColors>;
    frame: { line: string; well: string; focus: string };
  }
}

const systemFont = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';

/** The font of ids and secrets. */
export const monospace = 'ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "Liberation Mono", monospace';

// The four sizes: 12 small print, 14 text, 16 section headings, 22 the page's heading. Rem, so that a reader's own size counts.
const small = { fontSize: "0.75rem", lineHeight: 1.5 };
const text = { fontSize: "0.875rem", lineHeight: 1.5 };
const section = { fontSize: "1rem", lineHeight: 1.5, fontWeight: 600 };
const page = { fontSize: "1.375rem", lineHeight: 1.3, fontWeight: 600, letterSpacing: "-0.01em" };

/** Where the reader's own few colours take the place of ours, as high contrast in Windows does. */
const forced = "@media (forced-colors: active)";

/** Colour of a border whose place is kept for a mark that is not there. Forced colours draw a transparent border too; there it has the ground's. */
export const unmarked = "var(--th-unmarked)";

let made: Theme | undefined;

/**
 * The app's theme: light and dark, each designed, all texts at AA contrast or better on the surfaces they stand on. Made when it is first asked
 * for, since making it takes as long as evaluating all else that the app begins with.
 */
export function appTheme(): Theme {
  made ??= createTheme(options);
  return made;
}

const options: Parameters<typeof createTheme>[0] = {
  cssVariables: { colorSchemeSelector: "data-color-scheme" },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: "#22303c", light: "#43525f", dark: "#121b23", contrastText: "#ffffff" },
        secondary: { main: "#4b4fc4", contrastText: "#ffffff" },
        error: { main: "#b3261e", contrastText: "#ffffff" },
        warning: { main: "#8a5300", contrastText: "#ffffff" },
        info: { main: "#1b5bb8", contrastText: "#ffffff" },
        success: { main: "#1c6b3c", contrastText: "#ffffff" },
        background: { default: "#f6f7f8", paper: "#ffffff" },
        text: { primary: "#1a222b", secondary: "#55606c", disabled: "#7d8792" },
        divider: "#dde2e7",
        effects: {
          deleted: { main: "#b3261e", tint: "#fcebe9" },
          shortened: { main: "#855000", tint: "#fdf1dc" },
          filtered: { main: "#1b5bb8", tint: "#e8f0fb" },
          unchanged: { main: "#55606c", tint: "#eef0f3" },
        },
        harms: { stops: { main: "#a01912", tint: "#fbe1de" }, lockedOut: { main: "#144a9c", tint: "#dbe8fb" } },
        frame: { line: "#dde2e7", well: "#eef0f3", focus: "#4b4fc4" },
      },
    },
    dark: {
      palette: {
        primary: { main: "#dbe3ea", light: "#f2f5f8", dark: "#b4c0cb", contrastText: "#141a20" },
        secondary: { main: "#a9acff", contrastText: "#14162e" },
        error: { main: "#ff9088", contrastText: "#2b0b09" },
        warning: { main: "#f0b64c", contrastText: "#2a1c00" },
        info: { main: "#8fb8f7", contrastText: "#0a1c36" },
        success: { main: "#7ccb98", contrastText: "#08210f" },
        background: { default: "#101418", paper: "#171c22" },
        text: { primary: "#e6eaee", secondary: "#a4aeb9", disabled: "#7a8590" },
        divider: "#2b333c",
        effects: {
          deleted: { main: "#ff9088", tint: "#3a1d1b" },
          shortened: { main: "#f0b64c", tint: "#352810" },
          filtered: { main: "#8fb8f7", tint: "#172840" },
          unchanged: { main: "#a4aeb9", tint: "#222931" },
        },
        harms: { stops: { main: "#ffa39c", tint: "#4a201d" }, lockedOut: { main: "#a5c6fa", tint: "#1b3357" } },
        frame: { line: "#2b333c", well: "#0b0e11", focus: "#a9acff" },
      },
    },
  },
  shape: { borderRadius: 4 },
  spacing: 4,
  motion: { reducedMotion: "system" },
  typography: {
    fontFamily: systemFont,
    h1: page,
    h2: section,
    h3: { ...text, fontWeight: 600 },
    h4: { ...text, fontWeight: 600 },
    h5: { ...text, fontWeight: 600 },
    h6: { ...text, fontWeight: 600 },
    subtitle1: section,
    subtitle2: { ...text, fontWeight: 600 },
    body1: text,
    body2: text,
    caption: small,
    overline: { ...small, textTransform: "none" },
    button: { ...text, fontWeight: 500, textTransform: "none" },
  },
  components: {
    MuiCssBaseline: {
      styleOverrides: (theme) => ({
        body: { fontVariantNumeric: "tabular-nums", overflowWrap: "break-word" },
        "code, kbd, samp, pre": { fontFamily: monospace, fontSize: "0.9285em" },
        ":focus-visible": { outline: `2px solid ${theme.vars.palette.frame.focus}`, outlineOffset: 2 },
        // Headings take the focus on navigation for screen readers, and need no visible ring.
        "h1:focus, [role='dialog']:focus": { outline: "none" },
        ".quiet": { color: theme.vars.palette.text.secondary },
        ":root": { "--th-unmarked": "transparent", [forced]: { "--th-unmarked": "Canvas" } },
        // Forced colours remove backgrounds, and with them the difference between chosen and not chosen.
        "body [aria-pressed='true'][aria-pressed], body label:has(> input[type='radio']:checked)": {
          [forced]: { forcedColorAdjust: "none", backgroundColor: "Highlight", color: "HighlightText" },
        },
        "::selection": { backgroundColor: theme.vars.palette.frame.focus, color: theme.vars.palette.background.paper },
      }),
    },
    MuiButtonBase: {
      defaultProps: { disableRipple: true },
      styleOverrides: {
        root: ({ theme }) => ({
          "&.Mui-focusVisible, &:focus-visible": { outline: `2px solid ${theme.vars.palette.frame.focus}`, outlineOffset: 2 },
        }),
      },
    },
    MuiButton: {
      defaultProps: { disableElevation: true },
      styleOverrides: {
        root: { minHeight: 36, paddingBlock: 5 },
        // Its ground goes where colours are forced, and a button without an edge is no button.
        contained: { [forced]: { border: "1px solid ButtonText" } },
        sizeSmall: { minHeight: 30, paddingBlock: 3, fontSize: "0.875rem" },
        outlined: ({ theme }) => ({ borderColor: theme.vars.palette.text.disabled }),
      },
    },
    MuiPaper: {
      defaultProps: { elevation: 0 },
      styleOverrides: { root: { backgroundImage: "none" } },
    },
    MuiDialog: {
      styleOverrides: {
        paper: ({ theme }) => ({ border: `1px solid ${theme.vars.palette.divider}`, boxShadow: theme.vars.shadows[8] }),
      },
    },
    MuiMenu: {
      styleOverrides: {
        paper: ({ theme }) => ({ border: `1px solid ${theme.vars.palette.divider}`, boxShadow: theme.vars.shadows[4] }),
      },
    },
    MuiOutlinedInput: {
      styleOverrides: {
        root: ({ theme }) => ({
          backgroundColor: theme.vars.palette.background.paper,
          "&.Mui-focused .MuiOutlinedInput-notchedOutline": { borderColor: theme.vars.palette.frame.focus },
        }),
        notchedOutline: ({ theme }) => ({ borderColor: theme.vars.palette.text.disabled }),
      },
    },
    MuiFormHelperText: { styleOverrides: { root: { marginInline: 0 } } },
    MuiFormLabel: { styleOverrides: { root: ({ theme }) => ({ "&.Mui-focused": { color: theme.vars.palette.text.primary } }) } },
    MuiTooltip: {
      styleOverrides: {
        tooltip: ({ theme }) => ({
          fontSize: "0.75rem",
          fontWeight: 400,
          backgroundColor: theme.vars.palette.primary.main,
          color: theme.vars.palette.primary.contrastText,
        }),
      },
    },
    MuiLink: {
      styleOverrides: { root: { color: "inherit", textDecorationColor: "currentcolor", textUnderlineOffset: "0.2em" } },
    },
    MuiChip: { styleOverrides: { root: { borderRadius: 4, fontSize: "0.75rem" } } },
    MuiAlert: {
      styleOverrides: {
        root: ({ theme }) => ({ border: `1px solid ${theme.vars.palette.divider}`, color: theme.vars.palette.text.primary }),
      },
    },
    MuiTableCell: {
      styleOverrides: {
        root: ({ theme }) => ({ borderBottom: `1px solid ${theme.vars.palette.frame.line}`, padding: "0 12px" }),
        head: { fontWeight: 600 },
      },
    },
    MuiSkeleton: { defaultProps: { animation: "wave" } },
  },
};
