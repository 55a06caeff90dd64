import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

import { StartError } from "#server/startError.ts";

/** The certificates of a file, as text. Throws StartError when there are none. */
export function readCertificates(file: string): string {
  try {
    const text = readFileSync(file, "utf8");
    const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu) ?? [];
    if (certificates.length === 0) throw new Error("there is no certificate in it");
    // OpenSSL itself would pass over what is no certificate without a word.
    return certificates.map((certificate) => new X509Certificate(certificate).toString()).join("");
  } catch (error) {
    throw new StartError(
      `${file} cannot be read as certificates in PEM form: ${error instanceof Error ? error.message : String(error)}`,
      { lasting: true },
    );
  }
}
