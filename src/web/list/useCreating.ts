import { useState } from "react";
import { useSearchParams } from "react-router";

/** Which form of a new item is asked for, where a list has several, and what asks for one. */
export interface Creating {
  readonly asked: boolean;
  /** What the link says after `?new=`, or what was started; empty where a list has one form. */
  readonly which: string;
  readonly start: () => void;
  readonly startWith: (which: string) => void;
  readonly stop: () => void;
}

/** Whether the form of a new item is asked for: by the page's button, or by a link that says `?new`. */
export function useCreating(): Creating {
  const [pressed, setPressed] = useState<string>();
  const [params, setParams] = useSearchParams();
  const which = pressed ?? params.get("new") ?? undefined;
  return {
    asked: which !== undefined,
    which: which ?? "",
    start: () => setPressed(""),
    startWith: setPressed,
    stop: () => {
      setPressed(undefined);
      if (!params.has("new")) return;
      const others = new URLSearchParams(params);
      others.delete("new");
      setParams(others, { replace: true });
    },
  };
}
