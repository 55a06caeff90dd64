import { describe, expect, it } from "vitest";

import { enrolmentString } from "#domain/print/install.ts";

import { serverOf } from "./enrolment.ts";

const token = "Ab1".repeat(10) + "Zz";

describe("the server of an enrolment string", () => {
  it.each(["https://logs.example.com:8443/base", "http://127.0.0.1:8080"])("is %s where the string names it", (url) => {
    expect(serverOf(enrolmentString({ token, url }))).toBe(url);
  });

  it("is unknown where the string has another form", () => {
    for (const text of ["", "%", btoa("null"), btoa("{}"), btoa(`{"url":1}`), btoa(`{"url":"nowhere"}`), btoa("[")]) {
      expect(serverOf(text), text).toBeNull();
    }
  });
});
