import type { ReactNode } from "react";

import { count } from "#web/ui/counts.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Words } from "#web/ui/Name.tsx";

/** Several things in the room of one line: the first, how many more, and all of them on hover and focus. */
export function Several({ items }: { readonly items: readonly string[] }) {
  const [first] = items;
  if (first === undefined) return <Quiet>none</Quiet>;
  return (
    <Hint cut hint={items.length === 1 ? <Words>{first}</Words> : <List items={items} />}>
      <Words>{items.length === 1 ? first : `${count(items.length)}: ${first}, …`}</Words>
    </Hint>
  );
}

function List({ items }: { readonly items: readonly string[] }) {
  return (
    <ul style={{ margin: 0, paddingInlineStart: "1.2em" }}>
      {items.map((item) => (
        <li key={item}>
          <Words>{item}</Words>
        </li>
      ))}
    </ul>
  );
}

/** What is said in place of a value. */
export function Quiet({ children }: { readonly children: ReactNode }) {
  return <span className="quiet">{children}</span>;
}

/** What is said where what draws a cell could not be loaded. A row that comes into sight later tries again by itself. */
export function NotInCell() {
  return <Quiet>not loaded, reload the page</Quiet>;
}
