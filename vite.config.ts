import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { configDefaults, defineConfig } from "vitest/config";

import { chunkGroups } from "./scripts/chunks.ts";
import { helpersInEntry } from "./scripts/helpers.ts";
import { moduleSizes } from "./scripts/moduleSizes.ts";
import { preloads } from "./scripts/preloads.ts";
import { trim } from "./scripts/trim.ts";

/** Writes a .gz and a .br beside every text asset, which the server sends as they are. */
function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    writeBundle({ dir }) {
      if (dir === undefined) return;
      for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|svg|json|txt)$/.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const bytes = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
    },
  };
}

/** Tests that take longer than `npm test` may: run by `npm run test:all`. */
const long = "**/*.long.test.ts";

/** Tests that try some cases, or one database, in `npm test`, and everything in `npm run test:all`: they ask `everything`. */
const partly = [
  "src/server/access/access.test.ts",
  "src/server/audit/besides.test.ts",
  "src/server/backup/backup.test.ts",
  "src/server/cli/policies/agree.test.ts",
  "src/server/graphql/administration.test.ts",
  "src/server/graphql/apiCall.test.ts",
  "src/server/graphql/cost.test.ts",
  "src/server/graphql/searchDomains.test.ts",
  "src/server/graphql/tokens.test.ts",
  "src/server/graphql/visibility.test.ts",
  "src/server/http/ownersAndLinks.test.ts",
  "src/server/http/session.test.ts",
  "src/server/http/valueLookup.test.ts",
  "src/server/ingest/routes.test.ts",
  "src/server/services/fleet.test.ts",
  "src/server/services/ingestTokens.test.ts",
  "src/server/services/policies.test.ts",
  "src/server/store/tokens.test.ts",
];

/** A busy machine is slow: what is waited for has come when it comes, and the bound is only for what never does. */
const patient = { poll: { timeout: 30_000 } };

/**
 * Node gives everybody graphql's CommonJS module; Vite would give our own source the other one, and the two refuse each other's schemas.
 */
const oneGraphql = { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] };

const tests = {
  projects: [
    {
      test: {
        name: "unit",
        // Rules and words share nothing that a file could leave behind, and a process for each file costs more than most files.
        isolate: false,
        // Properties try many cases, and a busy machine is slow.
        testTimeout: 30_000,
        expect: patient,
        include: ["src/{domain,logscale,web}/**/*.test.{ts,tsx}", "scripts/**/*.test.ts"],
        exclude: [...configDefaults.exclude, long],
      },
    },
    {
      resolve: oneGraphql,
      test: {
        name: "server",
        // A process for each file would load the server and start PGlite in each: half of the tests' work.
        isolate: false,
        // Two, where vitest would take one: the browser stories beside them end sooner than one process would, and leave a core with nothing
        // to do. After the unit tests, since files of two projects in turn would start a process each time.
        maxWorkers: Math.max(2, availableParallelism() - 1),
        sequence: { groupOrder: 1 },
        include: ["src/server/**/*.test.ts", "e2e/drill/*.test.ts"],
        exclude: [...configDefaults.exclude, long],
        provide: { everything: false },
        globalSetup: ["src/server/testing/postgres.ts"],
        testTimeout: 60_000,
        expect: patient,
        hookTimeout: 120_000,
      },
    },
    {
      resolve: oneGraphql,
      test: {
        name: "long",
        include: [`{src,e2e}/${long}`, ...partly],
        provide: { everything: true },
        globalSetup: ["src/server/testing/postgres.ts"],
        testTimeout: 1_800_000,
        expect: patient,
        hookTimeout: 120_000,
      },
    },
  ],
};

/**
 * The dev server: what is no file of the app goes to the server that `npm run dev` started. Its content policy is looser than the built
 * app's, because hot reload works by inline scripts and styles and a web socket. The built server has no way to loosen its own.
 */
const developing = {
  headers: {
    "content-security-policy": [
      "default-src 'none'",
      "script-src 'self' 'unsafe-inline'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self' ws:",
      "worker-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join("; "),
  },
  proxy: {
    "^/(api|graphql|session|services|_bulk|healthz|readyz|metrics)(/|\\?|$)": {
      target: process.env["TOKENHOUSE_DEV_SERVER"] ?? "http://127.0.0.1:8080",
    },
  },
};

/** Where each build writes down whose code it put into its files, and under which licence. */
const licencesFile = ".vite/licenses.json";

/** Libraries that are built into the server: modules of the language, which nothing else that the server loads has in common with it. */
const manyFiles = ["@bufbuild/protobuf", "@noble/hashes", "jose", "kysely", "lossless-json", "yaml", "zod"];

export default defineConfig(({ command, isSsrBuild }) =>
  isSsrBuild
    ? {
        // The start is the loading of files more than anything else: these libraries are some hundred of them.
        ssr: { noExternal: [...manyFiles] },
        build: {
          ssr: true,
          target: "node20",
          outDir: "dist/server",
          sourcemap: true,
          copyPublicDir: false,
          license: { fileName: licencesFile },
          rolldownOptions: {
            checks: { pluginTimings: false },
            input: {
              main: "src/server/main.ts",
              app: "src/server/app.ts",
              "pglite-worker": "src/server/store/pgliteWorker.ts",
              "ingest-worker": "src/server/ingest/worker.ts",
            },
            output: { entryFileNames: "[name].js" },
          },
        },
      }
    : {
        test: tests,
        plugins: [trim(), react(), helpersInEntry(), preloads(), moduleSizes(), precompress()],
        resolve: {
          alias: [
            { find: /^zod\/mini$/, replacement: join(import.meta.dirname, "src/web/zod.ts") },
            { find: /^@0no-co\/graphql\.web$/, replacement: join(import.meta.dirname, "src/web/api/graphqlText.ts") },
            // What its package exports is the development build, with its warnings. The production build stands beside it.
            ...(command === "build"
              ? [
                  {
                    find: /^react-router$/,
                    replacement: join(import.meta.dirname, "node_modules/react-router/dist/production/index.mjs"),
                  },
                ]
              : []),
          ],
        },
        html: { cspNonce: "__CSP_NONCE__" },
        server: developing,
        build: {
          outDir: "dist/web",
          target: "es2023",
          manifest: true,
          license: { fileName: licencesFile },
          // The server names a page's scripts in the page. Naming those of every dialog and page within scripts would cost all pages 3 kB.
          modulePreload: false,
          // A build that takes some seconds is no news to whoever starts the server for the first time.
          rolldownOptions: {
            checks: { pluginTimings: false },
            // No module of ours or of a library has a getter that does something.
            treeshake: { propertyReadSideEffects: false, unknownGlobalSideEffects: false },
            output: { codeSplitting: { groups: chunkGroups() } },
          },
          // Inlined assets would be data: addresses, which the content security policy refuses.
          assetsInlineLimit: 0,
        },
      },
);
