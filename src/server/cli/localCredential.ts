import { findLocalAdmin } from "#server/auth/localAdmin.ts";
import { StartError } from "#server/startError.ts";

import type { Config } from "./config.ts";

/** The credential for a command on the server's machine. `otherwise` says what to do where the server is a gateway, which makes none. */
export function localAdminToken({ dataDir }: Config, otherwise: string): string {
  const found = findLocalAdmin(dataDir);
  if (found !== undefined) return found.tokenString;
  throw new StartError(
    `There is no local administrator's token, since no embedded server has run on the data folder ${dataDir}. Name the server's own with --data-dir. ${otherwise}`,
    { lasting: false },
  );
}
