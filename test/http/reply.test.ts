import { describe, expect, test } from "vitest";
import { KeysUnavailable } from "../../shared/auth/keysUnavailable.ts";
import { DomainError, type ErrorCode } from "../../shared/domain/errors.ts";
import { Unavailable } from "../../shared/ports/unavailable.ts";
import { RaceNeverWon } from "../../shared/ports/untilWon.ts";
import { describeError, toErrorReply, withCommonHeaders } from "../../shared/http/reply.ts";

const requestId = "dddddddd-0000-4000-8000-000000000004";
const otherRequestId = "eeeeeeee-0000-4000-8000-000000000005";

function answer(error: unknown): { status: number | undefined; headers: Headers; body: string } {
  const { status, headers, body } = toErrorReply(error, requestId);
  if (typeof body !== "string") throw new Error("An error's body is a text.");
  return { status, headers: new Headers(headers), body };
}

describe("a refusal", () => {
  const statuses: Readonly<Record<ErrorCode, number>> = {
    invalid: 400,
    notAuthenticated: 401,
    forbidden: 403,
    notFound: 404,
    gone: 410,
    tooSlow: 408,
    conflict: 409,
    preconditionRequired: 428,
    preconditionFailed: 412,
    tooLarge: 413,
    unprocessable: 422,
    tooManyRequests: 429,
  };

  for (const [code, status] of Object.entries(statuses)) {
    test(`that is ${code} is ${status}`, () => {
      const reply = answer(new DomainError(code as ErrorCode, "Because."));

      expect(reply.status).toBe(status);
      expect(JSON.parse(reply.body)).toEqual({
        type: `urn:recurring-integrations:error:${code}`,
        title: expect.stringMatching(/^[A-Z]/),
        status,
        detail: "Because.",
      });
      expect(reply.headers.get("www-authenticate")).toBe(status === 401 ? 'Bearer error="invalid_token"' : null);
      expect(reply.headers.get("retry-after")).toBe(status === 429 ? "5" : null);
    });
  }

  test("that passes says when to come again, in whole seconds", () => {
    const { headers } = answer(new DomainError("conflict", "Under way.", [], 2.1));

    expect(headers.get("retry-after")).toBe("3");
  });

  test.each([
    ["an outage of storage", new Unavailable("connect ECONNREFUSED 10.0.0.4:443"), "did not answer"],
    ["a race that others kept winning", new RaceNeverWon("The backlog of job 1 changed."), "change the same thing"],
  ])("for %s is 503, says when to come again, and nothing of the inside", (_, error, text) => {
    const reply = answer(error);

    expect([reply.status, reply.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(reply.body).toContain(text);
    expect(reply.body).not.toMatch(/ECONNREFUSED|10\.0\.0\.4|backlog/);
  });

  test("is a problem that nobody stores or sniffs, with its text and the request's id in headers", () => {
    const { headers } = answer(new DomainError("notFound", "No such job."));

    expect(Object.fromEntries(headers)).toEqual({
      "cache-control": "no-store",
      "content-length": "109",
      "content-type": "application/problem+json; charset=utf-8",
      "ms-dyn-aid": requestId,
      "x-content-type-options": "nosniff",
      "x-error": "No such job.",
    });
  });

  test("names the members that are wrong", () => {
    const members = [{ path: "lines[0].entity", message: "is unknown" }];

    expect(JSON.parse(answer(new DomainError("invalid", "Wrong.", members)).body)).toMatchObject({ errors: members });
  });

  test("is the same byte for byte in every request", () => {
    const [one, other] = [requestId, otherRequestId].map(
      (id) => toErrorReply(new DomainError("forbidden", "This application may not use this job."), id).body,
    );

    expect(one).toBe(other);
  });

  test("cannot add a header, nor put anything but printable ASCII into one", () => {
    const text = answer(new DomainError("invalid", 'Bad "é\r\nset-cookie: a=b\u0000\u2028😀".')).headers.get("x-error");

    expect(text).toBe('Bad "? set-cookie: a=b? ?".');
  });

  test("is bounded, however much it has to say", () => {
    const members = Array.from({ length: 1_000 }, (_, n) => ({ path: `a[${n}]`, message: "is wrong" }));

    const reply = answer(new DomainError("invalid", "x".repeat(100_000), members));

    expect(reply.headers.get("x-error")).toHaveLength(200);
    expect(reply.body.length).toBeLessThan(10_000);
  });
});

describe("an outage of the issuer's keys", () => {
  test("is 503 with whole seconds to wait", () => {
    const reply = answer(new KeysUnavailable(3.2, new Error("no route to 10.0.0.1")));

    expect(reply.status).toBe(503);
    expect(reply.headers.get("retry-after")).toBe("4");
    expect(reply.body).not.toContain("10.0.0.1");
  });
});

describe("an unknown error", () => {
  for (const error of [
    new Error("password=hunter2"),
    "hunter2",
    undefined,
    null,
    { message: "hunter2", status: 418 },
  ]) {
    test(`(${typeof error}) tells the caller nothing but the request's id`, () => {
      const reply = answer(error);

      expect(reply.status).toBe(500);
      expect(JSON.parse(reply.body)).toEqual({
        type: "urn:recurring-integrations:error:internal",
        title: "Internal error",
        status: 500,
        detail: "Internal error.",
        instance: `urn:uuid:${requestId}`,
      });
      expect([...reply.headers].join(" ")).not.toContain("hunter2");
    });
  }
});

describe("the headers of every reply", () => {
  test("leave the reply's own as they are", () => {
    const reply = withCommonHeaders({ status: 201, headers: { etag: '"1"' }, body: "{}" }, requestId);

    expect(reply).toMatchObject({ status: 201, body: "{}" });
    expect(Object.fromEntries(new Headers(reply.headers))).toEqual({
      "cache-control": "no-store",
      "content-length": "2",
      etag: '"1"',
      "ms-dyn-aid": requestId,
      "x-content-type-options": "nosniff",
    });
  });

  for (const [what, reply, expected] of [
    ["a text", { body: "ü" }, { body: "ü", length: "2", type: null }],
    ["JSON", { jsonBody: { name: "ü" } }, { body: '{"name":"ü"}', length: "13", type: "application/json" }],
    ["an answer that has no body", { status: 204, jsonBody: {} }, { body: undefined, length: null, type: null }],
  ] as const) {
    test(`tell the length in bytes of ${what}, where there is one`, () => {
      const { headers, body } = withCommonHeaders(reply, requestId);

      const sent = new Headers(headers);
      expect({ body, length: sent.get("content-length"), type: sent.get("content-type") }).toEqual(expected);
    });
  }
});

describe("the facts of an error", () => {
  test("are there for other body shapes", () => {
    expect(describeError(new DomainError("conflict", "Taken."))).toEqual({
      status: 409,
      code: "conflict",
      detail: "Taken.",
      members: [],
    });
  });
});
