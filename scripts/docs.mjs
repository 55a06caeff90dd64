// Writes what of docs/ is made from the source: the findings from their rules, the commands from their definitions, and the JSON Schemas of what commands print from the schemas
// that the source reads by. A test of each says when to run it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { register } from "tsx/esm/api";
import { z } from "zod";

// The source is TypeScript, which the oldest Node that we support does not read by itself.
register();
const write = (name, text) => writeFileSync(join(fileURLToPath(import.meta.url), "../../docs", name), text);
/** @param schema as zod has it */
const writeSchema = (name, schema) => write(name, `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`);

const { findingsDocument } = await import("../src/domain/findings/document.ts");
write("findings.md", findingsDocument());
const { reportSchema } = await import("../src/server/notices/report.ts");
writeSchema("expiring.schema.json", reportSchema);
const { findingsSchema } = await import("../src/server/cli/findings/report.ts");
writeSchema("findings.schema.json", findingsSchema);
const { leaksSchema } = await import("../src/server/cli/leaks/report.ts");
writeSchema("leaks.schema.json", leaksSchema);
const { policiesSchemas } = await import("../src/server/cli/policies/schemas.ts");
for (const [name, schema] of Object.entries(policiesSchemas)) writeSchema(name, schema);
const { resourcesSchema } = await import("../src/server/cli/resources/report.ts");
writeSchema("resources-check.schema.json", resourcesSchema);
const { evidenceJsonSchema } = await import("../src/domain/inventory/evidenceSchema.ts");
write("evidence.schema.json", `${JSON.stringify(evidenceJsonSchema(), null, 2)}\n`);
const { commandsDocument } = await import("../src/server/cli/commandsDocument.ts");
write("commands.md", commandsDocument());
