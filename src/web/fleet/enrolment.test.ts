import { describe, expect, it } from "vitest";

import { enrolmentString } from "#domain/install.ts";

import { serverOf } from "./enrolment.ts";

const token = "Ab1".repeat(10) + "Zz";

describe("the server of an enrolment string", () => {
  it.each(["https://logs.example.com", "https://logs.example.com:8443/base", "http://10.0.0.1", "http://127.example.com"])(
    "%s can be reached by other machines, for all that is known",
    (url) => {
      expect(serverOf(enrolmentString({ token, url }))).toEqual({ url, isLoopback: false });
    },
  );

  it.each(["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080", "http://127.1.2.3"])(
    "%s is each machine's own",
    (url) => {
      expect(serverOf(enrolmentString({ token, url }))).toEqual({ url, isLoopback: true });
    },
  );

  it("is not known where the string is of another form", () => {
    for (const text of ["", "%", btoa("null"), btoa("{}"), btoa(`{"url":1}`), btoa(`{"url":"nowhere"}`), btoa("[")]) {
      expect(serverOf(text), text).toBeNull();
    }
  });
});
