import { useEffect, type RefObject } from "react";

import { policiesText } from "#domain/policy/digest.ts";

import type { Impact } from "./impact.ts";

/**
 * Tells a measurement when an impact is on the screen: once it was painted, the element's `data-impact-for` is the text of the draft that
 * it belongs to (`policiesText` of the domain), and `data-impact-at` the moment on `performance.now()`'s clock.
 */
export function useImpactMark(element: RefObject<HTMLElement | null>, impact: Impact): void {
  useEffect(() => {
    const channel = new MessageChannel();
    channel.port1.addEventListener("message", () => {
      if (element.current === null) return;
      element.current.dataset["impactAt"] = String(performance.now());
      element.current.dataset["impactFor"] = policiesText(impact.draft);
    });
    channel.port1.start();
    // A message sent from within a frame arrives after that frame was painted.
    const frame = requestAnimationFrame(() => channel.port2.postMessage(null));
    return () => {
      cancelAnimationFrame(frame);
      channel.port1.close();
    };
  }, [element, impact]);
}
