// Writes what of docs/ is made from the source: docs/findings.md from the rules of the findings. A test says when to run it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { register } from "tsx/esm/api";

// The rules are TypeScript, which the oldest Node that we support does not read by itself.
register();
const { findingsDocument } = await import("../src/domain/findings/document.ts");
writeFileSync(join(fileURLToPath(import.meta.url), "../../docs/findings.md"), findingsDocument());
