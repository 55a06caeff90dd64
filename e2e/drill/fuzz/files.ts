import fc from "fast-check";

import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";
import { lintIpFilter } from "#domain/filter/ipFilterLint.ts";
import { scanForLeaks } from "#domain/leak/scan.ts";
import { readRecoveryKit } from "#domain/policy/recoveryKit.ts";
import { checkCollectorYaml } from "#logscale/collectorYaml.ts";
import { parseJson } from "#logscale/json.ts";
import { readResources } from "#logscale/operatorYaml.ts";
import { readPoliciesFile } from "#logscale/policiesFile.ts";

import { damaged, texts } from "./values.ts";

/** The readers of files and texts. Each says what is wrong with a text; none throws. */
const readers: Readonly<Record<string, { readonly read: (text: string) => unknown; readonly whole: string }>> = {
  policies: {
    read: readPoliciesFile,
    whole:
      "apiVersion: tokenhouse/v1\nkind: TokenSecurityPolicies\npolicies:\n  view:\n    enabled: true\n    maximumLifetime: 90d\n    ipFilter: office\nipFilters:\n  office: |\n    allow 192.0.2.0/24\n",
  },
  resources: {
    read: readResources,
    whole:
      "apiVersion: core.humio.com/v1alpha1\nkind: HumioViewToken\nmetadata:\n  name: a\nspec:\n  name: ci\n  viewNames: [web]\n  permissions: [ReadAccess]\n---\nkind: List\nitems:\n- kind: HumioIPFilter\n  spec: {name: b, ipFilter: [{action: allow, address: 10.0.0.0/8}]}\n",
  },
  collector: {
    read: checkCollectorYaml,
    whole:
      "sources:\n  syslog:\n    type: syslog\n    sink: logscale\nsinks:\n  logscale:\n    type: humio\n    url: http://localhost\n    token: ${INGEST_TOKEN}\n",
  },
  kit: {
    read: (text) => readRecoveryKit(text, parseJson),
    whole:
      '{"format":"tokenhouse-recovery-kit","version":1,"tokens":[{"kind":"view","name":"a","permissions":["ReadAccess"],"views":[{"id":"b","name":"c"}]}]}',
  },
  filter: {
    read: (text) => lintIpFilter(parseIpFilter(text).rules),
    whole: "# office\nallow 192.0.2.0/24\nallow 2001:db8::/32\ndeny all\n",
  },
  leaks: {
    read: scanForLeaks,
    whole: `token=${"u".repeat(24)}~${"s".repeat(44)} and "4d8b4f31-5a55-4c5e-9f3a-2c1f7a1f0b11" in eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl\n`,
  },
};

/** A text for a reader. */
export interface FuzzFile {
  readonly format: string;
  readonly text: string;
}

export function files(): fc.Arbitrary<FuzzFile> {
  return fc
    .constantFrom(...Object.entries(readers))
    .chain(([format, { whole }]) =>
      fc
        .oneof(
          { weight: 4, arbitrary: damaged(whole) },
          { weight: 2, arbitrary: damaged(whole).chain(damaged) },
          { weight: 1, arbitrary: texts([]) },
        )
        .map((text) => ({ format, text })),
    );
}

/** What a reader threw at a text; undefined when it read it, or said what is wrong. */
export function thrownBy({ format, text }: FuzzFile): unknown {
  try {
    readers[format]?.read(text);
    return undefined;
  } catch (error) {
    return error;
  }
}
