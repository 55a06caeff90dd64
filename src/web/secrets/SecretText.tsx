import Box from "@mui/material/Box";
import { useLayoutEffect, useRef } from "react";

import { monospace } from "#web/theme.ts";
import { codeFrame } from "#web/ui/CodeBlock.tsx";

import type { Secret } from "./secret.ts";

export interface SecretTextProps {
  readonly secret: Secret;
  /** Puts the secret into other words, such as a command. */
  readonly within?: (secret: string) => string;
  /** What the text is, for screen readers. */
  readonly label: string;
  readonly large?: boolean;
}

/**
 * Shows a secret. The text is written into the element and taken out again when it goes: as a child of the element React would remember
 * it after the dialog is closed.
 */
export function SecretText({ secret, within, label, large = false }: SecretTextProps) {
  const element = useRef<HTMLPreElement>(null);
  useLayoutEffect(() => {
    const shown = element.current;
    if (shown === null) return undefined;
    const text = secret.reveal();
    shown.textContent = within === undefined ? text : within(text);
    return () => {
      shown.textContent = "";
    };
  }, [secret, within]);
  return (
    // The text may be wider than a phone; the keyboard must be able to scroll it, and select it where copying is refused.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <Box
      component="pre"
      ref={element}
      role="group"
      aria-label={label}
      tabIndex={0}
      translate="no"
      data-secret
      sx={{
        ...codeFrame,
        fontFamily: monospace,
        ...(large && { fontSize: "1rem" }),
        whiteSpace: large ? "pre-wrap" : "pre",
        overflowWrap: large ? "anywhere" : "normal",
        userSelect: large ? "all" : "text",
      }}
    />
  );
}
