import { useEffect } from "react";
import { useLocation } from "react-router";

/** Leads to the element that the link names behind its `#`, which must be there when this is, and can take the focus. */
export function GoToAnchor(): null {
  const { hash } = useLocation();
  useEffect(() => {
    if (hash === "") return undefined;
    // After the page's heading, which takes the focus on arrival.
    const frame = requestAnimationFrame(() => document.getElementById(hash.slice(1))?.focus());
    return () => cancelAnimationFrame(frame);
  }, [hash]);
  return null;
}
