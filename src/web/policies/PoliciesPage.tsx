import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState, type ReactNode } from "react";

import { tokenKinds } from "#domain/token/kinds.ts";
import { OwnActivity } from "#web/activity/OwnActivity.tsx";
import { failureOf } from "#web/api/client.ts";
import { ipFiltersQuery, policiesQuery, visibilityQuery } from "#web/api/queries.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { GoToAnchor } from "#web/ui/GoToAnchor.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";

import { draftPart } from "./draft/linkPart.ts";
import { PolicyText } from "./draft/PolicyText.tsx";
import { FileButton } from "./file/FileButton.tsx";
import { PolicyEditor, type PolicyEditorProps } from "./PolicyEditor.tsx";

// With what marks the draft, so that it is never there without.
const LinkedEditor = lazyPart(async () => {
  const [{ LinkedEditor }] = await Promise.all([
    import("./LinkedEditor.tsx"),
    import("./draft/LinkNotice.tsx"),
    import("./draft/DraftUrl.tsx"),
  ]);
  return LinkedEditor;
});

const ofPolicies = { type: ["organizations.securitypolicies.tokens.update"] } as const;

/** The security policies in force, a draft of new ones, and what the draft does to every token. */
export function PoliciesPage() {
  // Others may change the policies while a draft is open; the sooner the page says so, the better.
  const policies = useQuery({ ...policiesQuery, refetchInterval: 60_000 });
  const visibility = useQuery(visibilityQuery);
  const ipFilters = useQuery(ipFiltersQuery);

  const failed = [policies, visibility].find((query) => query.data === undefined && query.isError);
  const headingWith = (actions?: ReactNode) => (
    <PageHeader title="Security policies" actions={actions}>
      What every API token of the organization must keep to. Change a value to see exactly which tokens it deletes, shortens or
      puts behind an IP filter. Nothing happens before you apply it.
    </PageHeader>
  );
  const heading = headingWith();
  if (failed) {
    return (
      <>
        {heading}
        <ErrorState
          title="The policies could not be read"
          failure={failureOf(failed.error)}
          onRetry={() => void failed.refetch()}
        />
      </>
    );
  }
  if (!policies.data || !visibility.data) {
    return (
      <>
        {heading}
        <Box sx={{ display: "grid", gridTemplateColumns: { xs: "1fr", lg: "400px 1fr" }, gap: 6 }}>
          <LoadingShape label="Reading the policies in force" shape="form" rows={8} />
          <LoadingShape label="Reading the tokens" shape="table" rows={12} />
        </Box>
      </>
    );
  }
  if (!policies.data.mayChange) {
    return (
      <>
        {headingWith(<FileButton />)}
        <Box sx={{ display: "flex", flexDirection: "column", gap: 4, maxWidth: 640 }}>
          <Alert severity="info">
            You may read the policies in force, but not change them. That takes the permission to change security policies.
            {draftPart(new URLSearchParams(window.location.search)).size > 0 &&
              " The link that you opened holds a draft, which is shown to those who may."}
          </Alert>
          {tokenKinds.map((kind) => (
            <PolicyText key={kind} kind={kind} policy={policies.data.policies[kind]} />
          ))}
          <GoToAnchor />
          <OwnActivity asked={ofPolicies} />
        </Box>
      </>
    );
  }
  return (
    <>
      {ipFilters.isError && (
        <Alert severity="warning" sx={{ marginBottom: 4 }}>
          The IP filters could not be listed, so only those in force can be chosen. {failureOf(ipFilters.error).message}
        </Alert>
      )}
      <Editor heading={headingWith} current={policies.data.policies} withSystem={visibility.data.system === "complete"} />
      <Box sx={{ marginTop: 6 }}>
        <OwnActivity asked={ofPolicies} />
      </Box>
    </>
  );
}

/** The editor, with what reads a draft from the URL where there is one when it opens. */
function Editor(props: PolicyEditorProps) {
  const [linked] = useState(() => draftPart(new URLSearchParams(window.location.search)).size > 0);
  return linked ? (
    <Suspense
      fallback={
        <>
          {props.heading(undefined)}
          <LoadingShape label="Opening the draft" shape="form" rows={8} />
        </>
      }
    >
      <LinkedEditor {...props} />
    </Suspense>
  ) : (
    <PolicyEditor {...props} />
  );
}
