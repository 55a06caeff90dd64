import { configDefaults, defineConfig } from "vitest/config";

/** Tests that take longer than `npm test` may: run by `npm run test:all`. */
const long = "**/*.long.test.ts";

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
