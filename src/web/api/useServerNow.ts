import { createNow } from "#web/ui/useNow.ts";
import { serverNow } from "./connection.ts";

/** The server's present time, ms since epoch, as the page shows it: it moves on every 20 seconds. */
export const useServerNow = createNow(serverNow);
