import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";

import { BusyButton } from "./BusyButton.tsx";

describe("a button whose work is under way", () => {
  it("says so and is not disabled, since that would take the focus from it", () => {
    const busy = renderToStaticMarkup(<BusyButton busy>Read again</BusyButton>);
    expect(busy).toMatch(/<button[^>]* aria-disabled="true"/u);
    expect(busy).toMatch(/<button[^>]* aria-busy="true"/u);
    expect(busy).not.toMatch(/ disabled/u);
    expect(busy).toContain("Read again");
    expect(renderToStaticMarkup(<BusyButton busy={false}>Read again</BusyButton>)).not.toMatch(/aria-(?:disabled|busy)/u);
  });
});
