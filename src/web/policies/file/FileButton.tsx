import Button from "@mui/material/Button";
import { Suspense, useState } from "react";

import { lazyPart } from "#web/ui/lazyPart.tsx";

import type { FileMenuProps } from "./FileMenu.tsx";

const FileMenu = lazyPart(async () => (await import("./FileMenu.tsx")).FileMenu);

/** Saves policies as a file, and opens one. Everything behind it is loaded when it is first pressed. */
export function FileButton({ draft }: { readonly draft?: FileMenuProps["draft"] }) {
  const [at, setAt] = useState<HTMLElement>();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="outlined"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={(event) => {
          setAt(event.currentTarget);
          setOpen(true);
        }}
      >
        File
      </Button>
      {at && (
        <Suspense>
          <FileMenu {...{ draft, at, open, setOpen }} />
        </Suspense>
      )}
    </>
  );
}
