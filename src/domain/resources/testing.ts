import { operatorApi, operatorKinds, type ResourceType } from "./operatorKinds.ts";

/** A document of the operator as plain values. */
export function aDocument(
  type: ResourceType,
  spec: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
) {
  return {
    apiVersion: operatorApi,
    kind: operatorKinds[type],
    metadata: { name: "a-resource" },
    spec: { managedClusterName: "logs", ...(type !== "ip-filter" && { tokenSecretName: "a-secret" }), ...spec },
    ...more,
  };
}
