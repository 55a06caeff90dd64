import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { appTheme } from "./theme.ts";

it("the first words of a page have the theme's colours, light and dark", () => {
  const [, style = ""] = /<style>(.*)<\/style>/su.exec(readFileSync("index.html", "utf8")) ?? [];
  const [light, dark] = (["light", "dark"] as const).map((scheme) => {
    const { background, text, divider } = appTheme().colorSchemes[scheme]?.palette ?? {};
    return {
      ground: background?.default,
      paper: background?.paper,
      text: text?.primary,
      quiet: text?.secondary,
      line: divider,
    };
  });
  for (const name of ["ground", "paper", "text", "quiet", "line"] as const) {
    expect(style).toContain(`--${name}: light-dark(${light?.[name]}, ${dark?.[name]});`);
  }
});
