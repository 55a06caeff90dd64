import HideIcon from "@mui/icons-material/VisibilityOffOutlined";
import ShowIcon from "@mui/icons-material/VisibilityOutlined";

import { BusyButton } from "#web/ui/BusyButton.tsx";

import type { Reveal } from "./useReveal.ts";

export interface RevealButtonProps {
  /** What is shown: "value", "token". */
  readonly noun: string;
  readonly reveal: Pick<Reveal<unknown>, "shown" | "busy" | "toggle">;
}

/** Shows a secret, and hides it again. A double click does what its first click does: hidden at once, nobody would have seen it. */
export function RevealButton({ noun, reveal: { shown, busy, toggle } }: RevealButtonProps) {
  return (
    <BusyButton startIcon={shown ? <HideIcon /> : <ShowIcon />} busy={busy} onClick={({ detail }) => detail < 2 && toggle()}>
      {shown ? `Hide the ${noun}` : `Show the ${noun}`}
    </BusyButton>
  );
}
