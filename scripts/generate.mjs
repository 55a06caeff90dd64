// Generates types from the two SDL files and the operations: `src/logscale/generated/` for the browser, `src/server/generated/` for the
// server. Both folders are ignored by git and never edited; `npm start` and `npm test` call this whenever an input changed.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { codegen } from "@graphql-codegen/core";
import { preset } from "@graphql-codegen/client-preset";
import * as addPlugin from "@graphql-codegen/add";
import * as typescriptPlugin from "@graphql-codegen/typescript";
import * as resolversPlugin from "@graphql-codegen/typescript-resolvers";
import { buildSchema, parse, print, printSchema } from "graphql";

const root = join(fileURLToPath(import.meta.url), "../..");
const logscale = join(root, "src/logscale");
const sdl = ["schema.graphql", "extensions.graphql"].map((file) => readFileSync(join(logscale, file), "utf8")).join("\n");
const schema = parse(printSchema(buildSchema(sdl)));

// Beyond the exact numbers a Long is a bigint: see `src/domain/long.ts`.
const scalars = {
  Long: "number | bigint",
  DateTime: "string",
  RepoOrViewName: "string",
  YAML: "string",
  Email: "string",
  URL: "string",
};
const common = { scalars, useTypeImports: true, strictScalars: true, enumType: "string-literal", skipTypename: false };

const documents = readdirSync(join(logscale, "operations"))
  .filter((file) => file.endsWith(".graphql"))
  .sort()
  .map((file) => {
    const location = join(logscale, "operations", file);
    const rawSDL = readFileSync(location, "utf8");
    return { location, rawSDL, document: parse(rawSDL) };
  });

const browser = await preset.buildGeneratesSection({
  baseOutputDir: join(logscale, "generated") + "/",
  schema,
  documents,
  config: common,
  presetConfig: { fragmentMasking: false },
  plugins: [],
  pluginMap: {},
});

/** Which value the server's resolvers hand on for a type of the contract, where it is not the type itself. */
const mappers = {
  ...Object.fromEntries(
    ["Token", "PersonalUserToken", "ViewPermissionsToken", "OrganizationPermissionsToken", "SystemPermissionsToken"].map(
      (type) => [type, "../store/schema.ts#TokenModel"],
    ),
  ),
  ...Object.fromEntries(["SearchDomain", "Repository", "View"].map((type) => [type, "../store/schema.ts#SearchDomainRow"])),
  ...Object.fromEntries(["Organization", "OrganizationConfigs"].map((type) => [type, "../store/schema.ts#OrganizationRow"])),
  IPFilter: "../store/schema.ts#IpFilterRow",
  User: "../store/schema.ts#UserRow",
  Role: "../store/schema.ts#RoleRow",
  Group: "../store/groupTables.ts#GroupRow",
  SearchDomainRole: "../graphql/models.ts#SearchDomainRoleModel",
  GroupSearchDomainRole: "../graphql/models.ts#GroupViewRoleModel",
  GroupOrganizationRole: "../store/groupTables.ts#GroupRoleRow",
  GroupSystemRole: "../store/groupTables.ts#GroupRoleRow",
  ViewConnection: "../store/schema.ts#ViewConnectionRow",
  Account: "../graphql/models.ts#AccountModel",
  FeatureFlagV2: "../graphql/models.ts#FeatureFlagModel",
  FleetInstallationToken: "../services/fleet.ts#FleetTokenModel",
  LogCollectorConfiguration: "../services/collectorConfigurations.ts#CollectorConfiguration",
  ...Object.fromEntries(
    ["HumioMetadata", "IngestFeedConfiguration", "OrganizationDetails", "OrganizationStats"].map((type) => [
      type,
      "../graphql/models.ts#NothingModel",
    ]),
  ),
  TokenSecurityPolicies: "../../domain/policy/policy.ts#Policies",
  IngestToken: "../store/ingestTables.ts#IngestTokenModel",
  Parser: "../graphql/models.ts#ParserModel",
  ParserTestCase: "../graphql/models.ts#ParserTestCaseModel",
  TokenPage: "../graphql/models.ts#TokenPageModel",
  RecentEvent: "../graphql/models.ts#RecentEventModel",
  BrowserSession: "../services/sessions.ts#BrowserSessionRow",
  BrowserSessionResultSet: "../services/sessions.ts#BrowserSessionPage",
};

const server = [
  {
    filename: join(root, "src/server/generated/resolvers.ts"),
    schema,
    documents: [],
    config: {
      ...common,
      contextType: "../graphql/context.ts#GraphqlContext",
      enumsAsTypes: true,
      useIndexSignature: false,
      makeResolverTypeCallable: true,
      mappers,
    },
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript: typescriptPlugin, resolvers: resolversPlugin },
  },
];

for (const { filename, ...options } of [...browser, ...server]) {
  if (!/(graphql|resolvers)\.ts$/.test(filename)) continue; // the preset's tag map and barrel file would keep every operation in the bundle
  const text = await codegen({ filename, ...options, pluginMap: { ...options.pluginMap, add: addPlugin } });
  mkdirSync(join(filename, ".."), { recursive: true });
  const types = text.replaceAll(/^(export const \w+(Document|FragmentDoc) = .*;|import type \{ TypedDocumentNode .*)$/gm, "");
  writeFileSync(filename, types);
  if (filename.endsWith("graphql.ts")) writeDocuments(text);
}

/**
 * Writes the text of each operation into the module of its file, such as `generated/policies.ts`. The preset puts them all into one module,
 * which every page would load, and as syntax trees, which a page would have to print before it can send them.
 */
function writeDocuments(text) {
  const preset = /^export const (\w+)Document = (.*) as unknown as DocumentNode<(\w+), (\w+)>;$/gm;
  const operations = new Map(
    [...text.matchAll(preset)].map(([, name, tree, data, variables]) => [name, { tree, data, variables }]),
  );
  for (const { location, document } of documents) {
    const names = document.definitions.flatMap(({ kind, name }) => (kind === "OperationDefinition" ? [name.value] : []));
    const module = basename(location, ".graphql").replace(".extension", "Extension");
    const types = new Set(names.flatMap((name) => [operations.get(name).data, operations.get(name).variables]));
    writeFileSync(
      join(logscale, `generated/${module}.ts`),
      [
        "/* eslint-disable */",
        'import type { Operation } from "#logscale/operation.ts";',
        `import type { ${[...types].join(", ")} } from "./graphql.ts";`,
        ...names.map((name) => {
          const { tree, data, variables } = operations.get(name);
          return `export const ${name}Document: Operation<${data}, ${variables}> = ${JSON.stringify(print(JSON.parse(tree)))};`;
        }),
        "",
      ].join("\n"),
    );
  }
}

mkdirSync(join(logscale, "generated"), { recursive: true });
writeFileSync(
  join(logscale, "generated/sdl.ts"),
  `/** The SDL of LogScale's own part of the contract. */\nexport const logscaleSdl = ${JSON.stringify(readFileSync(join(logscale, "schema.graphql"), "utf8"))};\n` +
    `/** The SDL of what the embedded server adds. */\nexport const extensionsSdl = ${JSON.stringify(readFileSync(join(logscale, "extensions.graphql"), "utf8"))};\n`,
);
