import { handleDigits } from "#logscale/handleDigits.ts";
import { loadPart } from "#web/api/loadPart.ts";

/** What the browser hashes with; null on a page that came over plain http from elsewhere, whatever its type says. */
function subtleHere(): Pick<SubtleCrypto, "digest"> | null {
  const { subtle }: Partial<Crypto> = crypto;
  return subtle ?? null;
}

/**
 * The handles of fleet tokens by their values, as `handleOf` makes them. The browser's own hash does it where there is one, which is on
 * https and on this computer; else one is loaded.
 */
export async function handlesOf(
  values: readonly string[],
  subtle: Pick<SubtleCrypto, "digest"> | null = subtleHere(),
): Promise<readonly string[]> {
  if (subtle === null) {
    const { handleOf } = await loadPart(() => import("#logscale/fleetHandle.ts"));
    return values.map(handleOf);
  }
  const encoder = new TextEncoder();
  return Promise.all(
    values.map(async (value) => {
      const bytes = new Uint8Array(await subtle.digest("SHA-256", encoder.encode(value)));
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
        .join("")
        .slice(0, handleDigits);
    }),
  );
}
