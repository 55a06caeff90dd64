import { QueryClient } from "@tanstack/react-query";

import { failureOf } from "./failure.ts";

/** Failures after which a query gave up. */
const final = new WeakSet<Error>();

/** Whether a query tries again: only where the server did not answer, since a refusal would come again. */
function triesAgain(failures: number, error: Error): boolean {
  // A query that reads through another fails with the other's failure. If each tried three times, the first would try nine times.
  if (final.has(error)) return false;
  if (failures < 2 && failureOf(error).kind === "unreachable") return true;
  final.add(error);
  return false;
}

/**
 * The app's only cache. It holds what was read and never what a mutation answered: a mutation may answer with a secret, which lives
 * in the dialog that shows it and nowhere else.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Moving between pages asks nothing twice. Pages have a button to read again, and applying a draft always reads again.
      staleTime: 60_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      // The server may well be on this very computer: the browser's idea of being offline says nothing.
      networkMode: "always",
      retry: triesAgain,
    },
    mutations: {
      // A change whose answer was lost may have been made.
      retry: false,
      gcTime: 0,
      networkMode: "always",
    },
  },
});
