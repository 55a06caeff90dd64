import HideIcon from "@mui/icons-material/VisibilityOffOutlined";
import ShowIcon from "@mui/icons-material/VisibilityOutlined";

import { BusyButton } from "#web/ui/BusyButton.tsx";

import type { Reveal } from "./useReveal.ts";

export interface RevealButtonProps {
  /** What is shown: "value", "token". */
  readonly noun: string;
  readonly reveal: Pick<Reveal<unknown>, "shown" | "busy" | "toggle">;
}

/** Shows a secret, and hides it again. */
export function RevealButton({ noun, reveal: { shown, busy, toggle } }: RevealButtonProps) {
  return (
    <BusyButton startIcon={shown ? <HideIcon /> : <ShowIcon />} busy={busy} onClick={toggle}>
      {shown ? `Hide the ${noun}` : `Show the ${noun}`}
    </BusyButton>
  );
}
