import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");

it("the image and .nvmrc name one line of Node.js, the image by a full version, and package.json and the README the oldest that works", () => {
  const images = [...read("Dockerfile").matchAll(/^FROM (\S+)/gmu)].map(([, image]) => image);
  expect(new Set(images).size).toBe(1);
  const version = /^node:(\d+)\.\d+\.\d+-slim$/u.exec(images[0] ?? "");
  expect(version?.[1]).toBe(read(".nvmrc").trim());
  const floor = /"node": ">=(\d+\.\d+)"/u.exec(read("package.json"))?.[1];
  expect(floor).toBe("20.19");
  expect(read("README.md")).toContain(`Node.js ${floor} or later`);
  expect(read("README.md")).toContain(`Node.js ${version?.[1]}`);
});
