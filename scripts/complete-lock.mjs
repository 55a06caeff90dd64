// Puts back into package-lock.json what `npm install` leaves out: optional packages for platforms other than this one that the registry
// in use does not serve. Without them `npm ci` refuses the file, and other platforms would miss their binaries. Run it after any change of
// the dependencies: `npm run lock`.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const cpus = { arm: "arm", arm64: "arm64", x64: "x64", ia32: "ia32", ppc64: "ppc64", riscv64: "riscv64", s390x: "s390x" };
const libcs = { gnu: "glibc", gnueabihf: "glibc", musl: "musl", musleabihf: "musl" };

for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    // Only what names its platform and its exact version can be told without asking the registry.
    const words = name.split(/[/-]/);
    const os = words.find((word) => ["android", "darwin", "freebsd", "linux", "openharmony", "win32"].includes(word));
    const cpu = words.map((word) => cpus[word]).find(Boolean);
    if (lock.packages[path] !== undefined || os === undefined || cpu === undefined || !/^\d/.test(version)) continue;
    const libc = words.map((word) => libcs[word]).find(Boolean);
    lock.packages[path] = {
      version,
      cpu: [cpu],
      ...(parent.dev && { dev: true }),
      ...(os === "linux" && libc && { libc: [libc] }),
      license: parent.license,
      optional: true,
      os: [os],
    };
  }
}

const { "": root, ...packages } = lock.packages;
lock.packages = { "": root, ...Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1))) };
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
