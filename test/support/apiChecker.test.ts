import { describe, expect, test } from "vitest";
import { toOpenApi } from "../../shared/http/openApi.ts";
import { apiChecker } from "./apiChecker.ts";

const checker = apiChecker(JSON.parse(JSON.stringify(toOpenApi("https://files.example"))));
const count = "/manage/api/entities/Vendors/records/count";
const json = (body: unknown, status = 200, type = "application/json") =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": type } });
const problem = { type: "urn:x", title: "Gone", status: 410, detail: "It is gone." };

describe("an answer of the service", () => {
  test("is held against the operation, the status and the schema that it belongs to", async () => {
    await checker.check("GET", count, json({ count: 3 }));
    await checker.check("GET", count, json(problem, 410, "application/problem+json; charset=utf-8"));
    await checker.check("DELETE", "/manage/api/projects/x", new Response(null, { status: 204 }));
    await checker.check("GET", "/manage/api/messages/x/content", json("any bytes", 200, "application/octet-stream"));

    expect(checker.seen()).toEqual([
      "manageCountEntityRecords 200",
      "manageCountEntityRecords 4XX",
      "manageDeleteProject 204",
      "manageGetMessageContent 200",
    ]);
  });

  test.each([
    ["a member that nobody declared", "GET", json({ count: 3, more: 1 }), "must NOT have additional properties"],
    ["a member of another type", "GET", json({ count: "3" }), "must be integer"],
    [
      "a problem without its detail",
      "GET",
      json({ ...problem, detail: undefined }, 410, "application/problem+json"),
      "detail",
    ],
    ["a status that is not declared", "GET", json({ count: 3 }, 202), "202 is not declared"],
    ["another media type", "GET", json({ count: 3 }, 200, "text/plain"), "undeclared media type text/plain"],
    ["an operation that there is not", "PATCH", json({ count: 3 }), "has no PATCH"],
  ])("is refused for %s", async (_, method, response, why) => {
    await expect(checker.check(method, count, response)).rejects.toThrow(why);
  });

  test("is refused for a body where none is declared", async () => {
    const response = json({});

    await expect(checker.check("POST", "/api/connector/ack/x", response)).rejects.toThrow(
      "a body that is not declared",
    );
  });
});
