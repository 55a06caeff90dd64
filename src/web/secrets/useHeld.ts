import { useCallback, useEffect, useRef, useState } from "react";

/** Secrets that one component holds: read when they are first needed, forgotten when it goes. */
export interface HeldSecrets<Secrets> {
  /** Undefined until they were read. */
  readonly secrets: Secrets | undefined;
  /** Reads them, unless that was done. Throws what the reading throws, and where the component went meanwhile. */
  readonly read: () => Promise<Secrets>;
}

/**
 * Holds secrets for as long as the component that calls this is shown; another token needs another component.
 *
 * @param load reads them; the same function on every call
 * @param forget drops their texts; the same function on every call
 */
export function useHeld<Secrets>(load: () => Promise<Secrets>, forget: (secrets: Secrets) => void): HeldSecrets<Secrets> {
  const [secrets, setSecrets] = useState<Secrets>();
  const held = useRef<Promise<Secrets>>(undefined);
  useEffect(
    () => () => {
      held.current?.then(forget, () => {});
      held.current = undefined;
    },
    [forget],
  );
  const read = useCallback(async () => {
    const reading = held.current ?? load();
    held.current = reading;
    try {
      const found = await reading;
      if (held.current !== reading) throw new Error("What asked for it was left while it was read, so it is forgotten.");
      setSecrets(found);
      return found;
    } catch (error) {
      // The next press asks again.
      if (held.current === reading) held.current = undefined;
      throw error;
    }
  }, [load]);
  return { secrets, read };
}
