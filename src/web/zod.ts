import { config } from "zod/v4-mini";

// The build has every `zod/mini` come from here, so that this runs before anything is parsed: zod otherwise probes for `new Function` at its
// first parse, which the content security policy refuses and reports.
config({ jitless: true });

export * from "zod/v4-mini";
