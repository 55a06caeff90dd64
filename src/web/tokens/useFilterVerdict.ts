import { useEffect, useState } from "react";

import type { filterVerdict, FilterVerdict } from "./filterWords.ts";

/**
 * What a filter says of an address; undefined where there is no filter, nothing can be promised, or what reads filters is still on its
 * way: it is loaded when the first filter is chosen.
 */
export function useFilterVerdict(text: string | undefined, address: string): FilterVerdict | undefined {
  const [judge, setJudge] = useState<typeof filterVerdict>();
  const wanted = text !== undefined;
  useEffect(() => {
    if (!wanted) return undefined;
    let current = true;
    // Without it there is one warning less; the rules below the field say that they could not be loaded.
    import("./filterWords.ts").then(
      (module) => {
        if (current) setJudge(() => module.filterVerdict);
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [wanted]);
  return text === undefined ? undefined : judge?.(text, address);
}
