import * as z from "zod/mini";

import type { SignIn } from "./session.ts";

const credential = z.string().check(z.minLength(1), z.maxLength(1000));

/** See {@link SignIn}. */
export const signInSchema: z.ZodMiniType<SignIn> = z.union([
  z.strictObject({ code: credential }),
  z.strictObject({ token: credential }),
]);
