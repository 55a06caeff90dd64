import { lazyDialog } from "#web/ui/lazyPart.tsx";

/** Dismisses a finding, or changes the dismissal; loaded when it is opened, as the others are. */
export const DismissDialog = lazyDialog(async () => (await import("./DismissDialog.tsx")).DismissDialog);

/** Brings a dismissed finding back. */
export const BringBackDialog = lazyDialog(async () => (await import("./BringBackDialog.tsx")).BringBackDialog);

/** Sets from when on findings hold. */
export const ThresholdsDialog = lazyDialog(async () => (await import("./ThresholdsDialog.tsx")).ThresholdsDialog);
