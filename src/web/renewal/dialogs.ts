import { lazyDialog } from "#web/ui/lazyPart.tsx";

/** Does something with a pair; loaded when it is first opened. */
export const PairDialog = lazyDialog(async () => (await import("./PairDialog.tsx")).PairDialog);
