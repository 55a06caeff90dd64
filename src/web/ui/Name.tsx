import { Fragment } from "react";

import { isolate, visibleName } from "#domain/name.ts";

/** A name that somebody chose, isolated from the text around it, with invisible characters as code points. */
export function Name({ children }: { readonly children: string }) {
  return <bdi>{visibleName(children)}</bdi>;
}

const isolated = new RegExp(`${isolate.begin}([^${isolate.end}]*)${isolate.end}`, "u");

/** A sentence of ours that may hold names, each as {@link nameInText} gives it. */
export function Words({ children }: { readonly children: string }) {
  // Every second part is what stood apart.
  return children.split(isolated).map((part, index) =>
    // oxlint-disable-next-line react/no-array-index-key -- the parts have nothing but their order
    index % 2 === 1 ? <bdi key={index}>{part}</bdi> : <Fragment key={index}>{part}</Fragment>,
  );
}
