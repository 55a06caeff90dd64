import { QueryClient } from "@tanstack/react-query";

import { failureOf } from "./failure.ts";

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
      // Only where the server did not answer: a refusal would come again.
      retry: (failures, error) => failures < 2 && failureOf(error).kind === "unreachable",
    },
    mutations: {
      // A change whose answer was lost may have been made.
      retry: false,
      gcTime: 0,
      networkMode: "always",
    },
  },
});
