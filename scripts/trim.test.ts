import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { appTheme } from "#web/theme.ts";

import { parts } from "./trim.ts";

const web = join(import.meta.dirname, "../src/web");
const sources = readdirSync(web, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/u.test(file))
  .map((file) => ({ file, text: readFileSync(join(web, file), "utf8") }));
const using = (what: RegExp) => sources.filter(({ text }) => what.test(text)).map(({ file }) => file);

it("no ripple is ever drawn: the theme switches them off, and nothing switches one on", () => {
  expect(appTheme().components?.MuiButtonBase?.defaultProps?.disableRipple).toBe(true);
  expect(using(/\b(?:disableRipple|disableTouchRipple|TouchRippleProps|focusRipple)\b/u)).toEqual(["theme.ts"]);
});

it("every field is outlined: nothing draws one of MUI's other two looks", () => {
  expect(
    using(/variant="(?:filled|standard)"|@mui\/material\/(?:Filled)?Input"/u).filter((file) => !/Alert|Notice/u.test(file)),
  ).toEqual([]);
  expect(appTheme().components?.MuiTextField?.defaultProps?.variant ?? "outlined").toBe("outlined");
});

it("what is edited is a file that the build takes", () => {
  const modules = join(web, "../../node_modules");
  const files = [
    "react-router/dist/production",
    "@emotion/use-insertion-effect-with-fallbacks/dist",
    "@mui/material/Box",
    "@mui/system/useTheme",
  ].flatMap((folder) => readdirSync(join(modules, folder)).map((file) => join(modules, folder, file)));
  expect(parts.map(({ module }) => files.filter((file) => module.test(file)).length)).toEqual([1, 2, 1]);
});

it("all that is drawn has the app's theme around it: there is one root, and the app is what it draws", () => {
  expect(using(/\b(?:createRoot|hydrateRoot|renderTo\w+)\b/u).filter((file) => !file.includes(".test."))).toEqual(["start.tsx"]);
  expect(using(/\b(?:ThemeProvider|THEME_ID)\b/u)).toEqual(["App.tsx"]);
  const app = sources.find(({ file }) => file === "App.tsx");
  expect(app?.text).toMatch(/return \(\s*<CacheProvider [^>]*>\s*<ThemeProvider theme=\{appTheme\(\)\}/u);
});

it("React's renderer, the dearest module of all, is evaluated in a task of its own", () => {
  const renderer = /"react-dom\/client"/u;
  expect(using(renderer).filter((file) => !file.includes(".test."))).toEqual(["start.tsx"]);
  const start = sources.find(({ file }) => file === "start.tsx");
  expect(start?.text).toMatch(
    /await nextTask\(\);\s+const \{ createRoot \} = await import\("react-dom\/client"\);\s+await nextTask\(\);/u,
  );
});

it("no link has the browser load what a page of a server's routes needs", () => {
  expect(using(/\bprefetch=/u)).toEqual([]);
});

it("nothing uses emotion's withTheme", () => {
  expect(using(/\bwithTheme\b/u)).toEqual([]);
});

it("every choice by the browser's own menu says that it is outlined", () => {
  const bare = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/<NativeSelect\b[^>]*?(?:=>[^>]*?)*>/gsu)].filter(([tag]) => !tag.includes("input={")).map(() => file),
  );
  expect(bare).toEqual([]);
});

it("the app has no style sheet, with which the build's helper would wait for what is imported later", () => {
  expect(readdirSync(web, { recursive: true, encoding: "utf8" }).filter((file) => /\.(?:css|scss|less)$/u.test(file))).toEqual(
    [],
  );
  expect(using(/\.css"/u)).toEqual([]);
});
