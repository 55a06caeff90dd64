import type { TokenKind } from "#domain/token/kinds.ts";
import type { PageProgress } from "#logscale/pages.ts";
import { createStore } from "#web/state/store.ts";

type KindsProgress = Readonly<Partial<Record<TokenKind, PageProgress>>>;

/** How often progress is told at most, ms: whatever follows it is drawn anew each time. */
const pause = 50;

/** How far the kinds are that are being loaded now, as it was last told. */
export const loadProgress = createStore<KindsProgress>({});

/** How far they are by now. All of it is told together: of kinds that advance in one moment, none hides the others. */
let reached: KindsProgress = {};
let timer: ReturnType<typeof setTimeout> | undefined;

/** Notes how far the loading of a kind is. */
export function noteProgress(kind: TokenKind, state: PageProgress): void {
  reached = { ...reached, [kind]: state };
  timer ??= setTimeout(() => {
    timer = undefined;
    if (Object.keys(reached).length > 0) loadProgress.set(reached);
  }, pause);
}

/** Notes that a kind is not being loaded any more. */
export function endProgress(kind: TokenKind): void {
  const { [kind]: _, ...others } = reached;
  reached = others;
  if (loadProgress.get()[kind] !== undefined) loadProgress.set(reached);
}
