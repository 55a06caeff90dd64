// `node scripts/record-modules.mjs`: writes down how large each module is that the pages with a budget load now, after a build. Where a budget
// is passed later, e2e/budgets.spec.ts tells what grew since.
import { readFileSync, writeFileSync } from "node:fs";

const read = (file) => JSON.parse(readFileSync(`dist/web/.vite/${file}`, "utf8"));
const { signIn, pages } = read("preloads.json");
const modules = read("modules.json");
const entry = [...readFileSync("dist/web/index.html", "utf8").matchAll(/src="\/(assets\/[^"]+\.js)"/g)].map(([, file]) => file);
const measured = ["/tokens/view", "/policies", "/people"].map(
  (path) => pages.find((page) => new RegExp(page.path).test(path)).scripts,
);

const sizes = Object.assign({}, ...[entry, signIn, ...measured].flat().map((file) => modules[file]));
// What is smaller passes no budget.
const kept = Object.entries(sizes).filter(([, bytes]) => bytes >= 300);
kept.sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync("scripts/module-sizes.json", `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
console.log(`scripts/module-sizes.json has ${kept.length} modules.`);
