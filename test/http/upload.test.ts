import { expect, test } from "vitest";
import { readUpload } from "../../shared/http/upload.ts";
import { bytesOf } from "../support/definitions.ts";
import { textOf } from "../usecases/world.ts";

const address = "https://files.example/en/api/connector/enqueue/x";

function upload(query: string, headers: Record<string, string> = {}, body = "") {
  const request = { url: `${address}${query}`, headers: new Headers(headers), body: bytesOf(body) };
  return readUpload(request, "c1");
}

test("an upload is read from query and headers as the known clients send them", async () => {
  const read = upload(
    "?company=USMF&entity=Customer+groups",
    { "x-ms-dyn-externalidentifier": "groups.csv", "idempotency-key": "k-1", "content-length": "4" },
    "body",
  );

  expect(read).toMatchObject({
    applicationId: "c1",
    entity: "Customer groups",
    company: "USMF",
    externalIdentifier: "groups.csv",
    idempotencyKey: "k-1",
    declaredBytes: 4,
  });
  expect(await textOf(read.body)).toBe("body");
});

test("an upload without query, headers and body reads as one of no bytes", async () => {
  const { body, ...read } = upload("");

  expect(read).toEqual({
    applicationId: "c1",
    entity: undefined,
    company: undefined,
    externalIdentifier: undefined,
    idempotencyKey: undefined,
    declaredBytes: undefined,
  });
  expect(await textOf(body)).toBe("");
});

for (const length of ["-1", "1.5", "one", "9".repeat(16)]) {
  test(`an upload of ${length} bytes is refused before its body is read`, () => {
    expect(() => upload("", { "content-length": length })).toThrow("Content-Length is no number of bytes.");
  });
}

test("an encoded upload declares no length of the file", () => {
  expect(upload("", { "content-encoding": "gzip", "content-length": "4" }).declaredBytes).toBeUndefined();
  expect(upload("", { "content-encoding": "identity", "content-length": "4" }).declaredBytes).toBe(4);
});

test("an upload in pieces, which begins without a body, is refused with what to set", () => {
  const headers = { "x-ms-transfer-mode": "Chunked", "x-ms-content-length": "200000000", "content-length": "0" };

  expect(() => upload("", headers)).toThrow('Turn off "Allow chunking"');
});

test("an upload in an encoding that is not decoded here is refused before its body is read", () => {
  expect(() => upload("", { "content-encoding": "zstd" })).toThrow("gzip, deflate, br");
});

for (const type of ["multipart/form-data; boundary=x", " Multipart/Mixed", "multipart/form-data"]) {
  test(`an upload as ${type} is refused, because the form would be stored as the file`, () => {
    expect(() => upload("", { "content-type": type })).toThrow(
      expect.objectContaining({ code: "invalid", message: expect.stringContaining("--data-binary @file, not -F") }),
    );
  });
}

for (const type of ["application/x-www-form-urlencoded", "text/csv", "application/octet-stream", ""]) {
  test(`an upload as "${type}" is what its bytes are`, async () => {
    expect(await textOf(upload("", { "content-type": type }, "a=1&b").body)).toBe("a=1&b");
  });
}
