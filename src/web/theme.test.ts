import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { theme } from "./theme.ts";

it.each(["light", "dark"] as const)("the first words of a page have the theme's colours: %s", (scheme) => {
  const [, style = ""] = /<style>(.*)<\/style>/su.exec(readFileSync("index.html", "utf8")) ?? [];
  const { background, text, divider } = theme.colorSchemes[scheme]?.palette ?? {};
  const [light = "", dark = ""] = style.split("prefers-color-scheme: dark");
  const told = scheme === "light" ? light : dark;
  for (const [name, color] of [
    ["ground", background?.default],
    ["paper", background?.paper],
    ["text", text?.primary],
    ["quiet", text?.secondary],
    ["line", divider],
  ] as const) {
    expect(told).toContain(`--${name}: ${color};`);
  }
});
