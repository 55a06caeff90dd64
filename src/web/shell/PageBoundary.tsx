import Button from "@mui/material/Button";
import { Component, type ReactNode } from "react";

import { failureOf } from "#web/api/failure.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";

interface PageBoundaryProps {
  readonly children: ReactNode;
}

/** Keeps the frame when a page breaks. Keyed by the page's link, so that another page starts fresh. */
export class PageBoundary extends Component<PageBoundaryProps, { readonly error: unknown }> {
  override state = { error: undefined as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <>
        <PageHeader title="This page broke" />
        <ErrorState
          title="The page could not be shown"
          failure={failureOf(error)}
          actions={
            <Button color="inherit" size="small" onClick={() => window.location.reload()}>
              Reload
            </Button>
          }
        />
      </>
    );
  }
}
