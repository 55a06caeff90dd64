import { useState } from "react";
import { useSearchParams } from "react-router";

/** Whether the form of a new item is asked for: by the page's button, or by a link that says `?new`. */
export function useCreating(): { readonly asked: boolean; readonly start: () => void; readonly stop: () => void } {
  const [pressed, setPressed] = useState(false);
  const [params, setParams] = useSearchParams();
  return {
    asked: pressed || params.has("new"),
    start: () => setPressed(true),
    stop: () => {
      setPressed(false);
      if (!params.has("new")) return;
      const others = new URLSearchParams(params);
      others.delete("new");
      setParams(others, { replace: true });
    },
  };
}
