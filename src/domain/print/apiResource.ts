import { dateOf } from "#domain/instant.ts";
import type { Long } from "#domain/long.ts";
import { operatorAddress, operatorApi, operatorKinds } from "#domain/resources/operatorKinds.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";
import type { PrintedCall } from "./apiCall.ts";
import { ascii, quoteForHcl, quoteForYaml } from "./quote.ts";

/** What a form makes, as far as the public Terraform provider or humio-operator can make it too. */
export type ApiResource =
  | {
      readonly type: PermissionKind;
      readonly name: string;
      readonly permissions: readonly string[];
      /** Names of the repositories and views; of view tokens alone. */
      readonly views: readonly string[];
      /** Ms since epoch; null for never. */
      readonly expireAt: Long | null;
      /** Name of the IP filter; null for none. */
      readonly ipFilter: string | null;
    }
  | {
      readonly type: "ip-filter";
      readonly name: string;
      readonly rules: readonly { readonly action: string; readonly target: string }[];
    }
  | {
      readonly type: "ingest";
      readonly name: string;
      readonly repository: string;
      readonly parser: string | null;
      /** Whether the token is there already. */
      readonly existing: boolean;
    };

/**
 * Prints a resource for humio-operator, and for ingest tokens also one for Terraform, whose public provider has no other. Personal tokens,
 * fleet tokens, collector configurations and policies have a resource in neither. A token of another kind that exists already can be made
 * the operator's in no way.
 */
export function printResource(resource: ApiResource): readonly PrintedCall[] {
  const terraform = resource.type === "ingest" ? forTerraform(resource) : undefined;
  return [terraform, forOperator(resource)].filter((printed) => printed !== undefined);
}

function forOperator(resource: ApiResource): PrintedCall | undefined {
  const slug = slugOf(resource.name, "-");
  const spec = operatorSpec(resource, slug);
  if (spec === undefined) return undefined;
  const takenOver =
    resource.type === "ingest" && resource.existing
      ? " The operator takes the token over as it is, and deletes it with the resource."
      : "";
  const secret = resource.type === "ip-filter" ? "" : ` The operator puts the token into the Kubernetes secret ${slug}-token.`;
  return {
    id: "operator",
    label: "humio-operator",
    hint: `For kubectl apply. Put the name of your HumioCluster in.${takenOver}${secret}`,
    text: [
      `apiVersion: ${operatorApi}`,
      `kind: ${operatorKinds[resource.type]}`,
      "metadata:",
      `  name: ${slug}`,
      "spec:",
      "  managedClusterName: example-humiocluster",
      ...spec.map((line) => `  ${line}`),
    ].join("\n"),
  };
}

function operatorSpec(resource: ApiResource, slug: string): string[] | undefined {
  const name = `name: ${yamlText(resource.name)}`;
  const secret = `tokenSecretName: ${slug}-token`;
  switch (resource.type) {
    case "ip-filter": {
      const { rules } = resource;
      if (rules.length === 0 || !rules.every(({ target }) => operatorAddress.test(target))) return undefined;
      return [
        name,
        "ipFilter:",
        ...rules.flatMap(({ action, target }) => [`  - action: ${action}`, `    address: ${yamlText(target)}`]),
      ];
    }
    case "ingest": {
      const { parser, repository } = resource;
      const parserName = parser === null ? [] : [`parserName: ${yamlText(parser)}`];
      return [name, `repositoryName: ${yamlText(repository)}`, ...parserName, secret];
    }
    case "view":
    case "organization":
    case "system": {
      const expiry = resource.expireAt === null ? null : dateOf(resource.expireAt);
      // The operator takes dates, and there is none for this expiry.
      if (expiry === undefined) return undefined;
      return [
        name,
        ...(resource.type === "view" ? yamlList("viewNames", resource.views) : []),
        ...yamlList("permissions", resource.permissions),
        ...(resource.ipFilter === null ? [] : [`ipFilterName: ${yamlText(resource.ipFilter)}`]),
        ...(expiry === null ? [] : [`expiresAt: ${yamlText(expiry.toISOString().replace(/\.\d+Z$/u, "Z"))}`]),
        secret,
      ];
    }
    default:
      return resource satisfies never;
  }
}

function yamlText(text: string): string {
  return ascii(quoteForYaml(text));
}

function yamlList(name: string, items: readonly string[]): string[] {
  return items.length === 0 ? [`${name}: []`] : [`${name}:`, ...items.map((item) => `  - ${yamlText(item)}`)];
}

function forTerraform(resource: ApiResource & { readonly type: "ingest" }): PrintedCall | undefined {
  const { name, repository, parser, existing } = resource;
  // The provider leaves a token the parser that it has where the resource names none.
  if (existing && parser === null) return undefined;
  const slug = slugOf(name, "_");
  const imported = existing ? " The token is imported first, by Terraform 1.5 or later." : "";
  return {
    id: "terraform",
    label: "Terraform",
    hint: `For the provider humio, which has ingest tokens but no other kind.${imported} Terraform keeps the token in its state.`,
    text: [
      ...(existing
        ? [
            "import {",
            `  to = humio_ingest_token.${slug}`,
            // The form of the id is the provider's own.
            `  id = ${quoteForHcl(`${repository}+${name}`)}`,
            "}",
            "",
          ]
        : []),
      `resource "humio_ingest_token" "${slug}" {`,
      `  repository = ${quoteForHcl(repository)}`,
      `  name       = ${quoteForHcl(name)}`,
      ...(parser === null ? [] : [`  parser     = ${quoteForHcl(parser)}`]),
      "}",
      "",
      `output "${slug}" {`,
      `  value     = humio_ingest_token.${slug}.token`,
      "  sensitive = true",
      "}",
    ].join("\n"),
  };
}

/** A name as Kubernetes and Terraform take it: small letters, digits and a mark between them, beginning with a letter. */
function slugOf(name: string, mark: "-" | "_"): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, mark)
    .replaceAll(/^[-_0-9]+|[-_]+$/gu, "")
    .slice(0, 50)
    .replaceAll(/[-_]+$/gu, "");
  return plain === "" ? "token" : plain;
}
