import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { createCertificate } from "../../local/certificate.ts";

const noon = Date.UTC(2026, 0, 1, 12);

test("a certificate is for this machine alone, signed by its own key, and no authority", () => {
  const certificate = new X509Certificate(createCertificate(noon).cert);

  expect(certificate.checkHost("localhost")).toBe("localhost");
  expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(certificate.checkHost("example.com")).toBeUndefined();
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(Date.parse(certificate.validFrom)).toBeLessThan(noon);
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(noon + 365 * 24 * 60 * 60_000);
});
