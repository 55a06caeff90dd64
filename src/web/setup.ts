import { config } from "zod/mini";

// Imported before everything else: zod otherwise probes for `new Function` at its first parse, which the content security policy
// refuses and reports.
config({ jitless: true });
