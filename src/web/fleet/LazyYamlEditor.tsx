import { lazy, Suspense, type ComponentProps } from "react";

import { loadPart } from "#web/api/loadPart.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";

import type YamlEditor from "./YamlEditor.tsx";

const Editor = lazy(() => loadPart(() => import("./YamlEditor.tsx")));

/** The editor of a configuration's text, loaded when it is first shown: it is as large as the rest of the app. */
export function LazyYamlEditor(props: ComponentProps<typeof YamlEditor>) {
  return (
    <Suspense fallback={<LoadingShape label="Loading the editor" shape="form" rows={5} />}>
      <Editor {...props} />
    </Suspense>
  );
}
