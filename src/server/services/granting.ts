import { ClientError } from "#server/errors.ts";

/**
 * Refuses to give permissions that the caller does not hold; without any, nothing is refused.
 *
 * @throws ClientError NOT_ALLOWED, naming each once
 */
export function refuseGranting(lacking: readonly string[]): void {
  refuse("Granting permissions that you do not hold yourself is not allowed", lacking);
}

/**
 * Refuses to take permissions away that the caller does not hold; without any, nothing is refused.
 *
 * @throws ClientError NOT_ALLOWED, naming each once
 */
export function refuseTaking(lacking: readonly string[]): void {
  refuse("Taking permissions away that you do not hold yourself is not allowed", lacking);
}

function refuse(what: string, lacking: readonly string[]): void {
  if (lacking.length > 0) throw new ClientError("NOT_ALLOWED", `${what}: ${[...new Set(lacking)].join(", ")}`);
}
