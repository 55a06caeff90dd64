import { configDefaults, defineConfig } from "vitest/config";

/** Tests that take longer than `npm test` may: run by `npm run test:all`. */
const long = "**/*.long.test.ts";

/**
 * Node gives everybody graphql's CommonJS module; Vite would give our own source the other one, and the two refuse each other's schemas.
 */
const oneGraphql = { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/{domain,logscale,web}/**/*.test.{ts,tsx}", "scripts/**/*.test.ts"],
          exclude: [...configDefaults.exclude, long],
        },
      },
      {
        resolve: oneGraphql,
        test: {
          name: "server",
          include: ["src/server/**/*.test.ts", "e2e/drill/*.test.ts"],
          exclude: [...configDefaults.exclude, long],
          globalSetup: ["src/server/testing/postgres.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: oneGraphql,
        test: {
          name: "long",
          include: [`{src,e2e}/${long}`],
          globalSetup: ["src/server/testing/postgres.ts"],
          testTimeout: 1_800_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
