import type { HttpHandler } from "@azure/functions";
import { describe, expect, test } from "vitest";
import { type ServedRoute, findStrayTarget } from "../../shared/http/stray.ts";

const route = (template: string, ...methods: ServedRoute["methods"]): ServedRoute => {
  const handler: HttpHandler = () => ({ body: template });
  return { route: template, methods, handler };
};
const served = [
  route("{ignored:maxlength(0)?}", "GET"),
  route("healthz", "GET"),
  route("api/connector/enqueue/{activityId}", "POST"),
  route("{language}/api/connector/enqueue/{activityId}", "POST"),
  route("api/connector/enqueue/{activityId}", "GET"),
  route("manage/api/{name}", "GET"),
  route("manage/api/jobs", "GET", "HEAD"),
  route("manage/api/jobs", "POST"),
  route("view/{*path}", "GET", "HEAD"),
];
const find = (method: string, path: string) => findStrayTarget(served, { method, url: `http://host${path}` });
const templateOf = (handler: HttpHandler): string | undefined => served.find((one) => one.handler === handler)?.route;

describe("a path with slashes too many", () => {
  for (const [method, path, template, params] of [
    ["POST", "//api/connector/enqueue/1", "api/connector/enqueue/{activityId}", { activityId: "1" }],
    ["POST", "/api//connector///enqueue/1//?a=//b", "api/connector/enqueue/{activityId}", { activityId: "1" }],
    [
      "POST",
      "//EN//Api/connector/ENQUEUE/%7B1%7D",
      "{language}/api/connector/enqueue/{activityId}",
      { language: "EN" },
    ],
    ["GET", "//manage/api/a%2Fb%20c", "manage/api/{name}", { name: "a%2Fb c" }],
    ["HEAD", "//manage/api/jobs", "manage/api/jobs", {}],
    ["GET", "//", "{ignored:maxlength(0)?}", {}],
    ["GET", "//healthz", "healthz", {}],
    ["HEAD", "//view", "view/{*path}", {}],
    ["GET", "/view//jobs/1/", "view/{*path}", {}],
  ] as const) {
    test(`${method} ${path} is that of ${template}`, () => {
      const target = find(method, path);

      expect(templateOf(target.handler)).toBe(template);
      expect(target.params).toMatchObject(params);
    });
  }

  test("goes to the route that names it, before one that takes any name", () => {
    expect(templateOf(find("GET", "//manage/api/jobs").handler)).toBe("manage/api/jobs");
  });
});

describe("a method that its address is not served for", () => {
  for (const [method, path, allow] of [
    ["PUT", "/api/connector/enqueue/1", ["POST", "GET"]],
    ["DELETE", "//en/api/connector/enqueue/1", ["POST"]],
    ["PATCH", "/manage/api/jobs", ["GET", "HEAD", "POST"]],
    ["POST", "/", ["GET"]],
    ["DELETE", "/view/jobs/1", ["GET", "HEAD"]],
  ] as const) {
    test(`is told which are: ${method} ${path}`, () => {
      expect(() => find(method, path)).toThrow(expect.objectContaining({ name: "MethodNotAllowed", allow }));
    });
  }
});

describe("an address that is none", () => {
  for (const [path, hint] of [
    ["/nowhere", "/api/connector/{enqueue, dequeue"],
    ["/api/connector/enqueue", "{activity id}"],
    ["/api/connector/enqueue/1/2", "{activity id}"],
    ["/manage/api/job/1", "openapi.json"],
    ["/manage", "openapi.json"],
    ["/DataManagementDefinitionGroups", "/data has entities"],
    ["/healthz/x", "openapi.json"],
    ["/__proto__", "openapi.json"],
    ["/views", "openapi.json"],
  ] as const) {
    test(`says where to look: ${path}`, () => {
      expect(() => find("GET", path)).toThrow(
        expect.objectContaining({ code: "notFound", message: expect.stringContaining(hint) }),
      );
    });
  }
});
