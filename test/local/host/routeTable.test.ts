import { describe, expect, test } from "vitest";
import { createRouteTable } from "../../../local/host/routeTable.ts";

const table = createRouteTable(
  [
    ["catchAll", "{*path}"],
    ["b-parameter", "jobs/{name}"],
    ["a-guid", "jobs/{id:guid}"],
    ["a-literal", "jobs/all"],
    ["action", "data/Microsoft.Dynamics.DataEntities.{action}"],
    ["a-optional", "manage/jobs/{id?}"],
    ["b-page", "manage/{*path}"],
    ["root", "{ignored:maxlength(0)?}"],
    ["a-language", "{language}/api/{verb}"],
  ].map(([functionName = "", template = ""]) => ({
    functionName: functionName === "catchAll" ? "z-catchAll" : functionName,
    template,
    methods: ["GET"],
  })),
);

function ask(path: string): [string, Readonly<Record<string, string>>] | undefined {
  const match = table.match("GET", path);
  return match && [match.route.functionName, match.parameters];
}

describe("a route table", () => {
  for (const [path, functionName, parameters] of [
    ["/jobs/all", "a-literal", {}],
    ["/JOBS/All", "a-literal", {}],
    ["/jobs/all/", "a-literal", {}],
    ["/jobs/00000000-0000-4000-8000-000000000001", "a-guid", { id: "00000000-0000-4000-8000-000000000001" }],
    ["/jobs/%7B00000000-0000-4000-8000-000000000001%7D", "a-guid", { id: "{00000000-0000-4000-8000-000000000001}" }],
    ["/jobs/00000000", "b-parameter", { name: "00000000" }],
    ["/jobs/a%20b", "b-parameter", { name: "a b" }],
    ["/jobs/a%2Fb", "b-parameter", { name: "a%2Fb" }],
    ["/jobs/%zz", "b-parameter", { name: "%zz" }],
    ["/data/microsoft.dynamics.dataentities.ImportFromPackage", "action", { action: "ImportFromPackage" }],
    ["/manage/jobs", "a-optional", {}],
    ["/manage/jobs/7", "a-optional", { id: "7" }],
    ["/manage/jobs/7/8", "b-page", { path: "jobs/7/8" }],
    ["/manage", "b-page", {}],
    ["/manage/../jobs/all", "a-literal", {}],
    ["/", "root", {}],
    ["/en-us/api/enqueue", "a-language", { language: "en-us", verb: "enqueue" }],
    ["/nothing/of/that", "z-catchAll", { path: "nothing/of/that" }],
  ] as const) {
    test(`gives ${path} to ${functionName}`, () => {
      expect(ask(path)).toEqual([functionName, parameters]);
    });
  }

  test("has nothing for a method that no route takes", () => {
    expect(table.match("POST", "/jobs/all")).toBeUndefined();
    expect(table.match("HEAD", "/jobs/all")).toBeUndefined();
  });

  test("has nothing below /admin, which the host keeps", () => {
    expect(ask("/admin/host")).toBeUndefined();
  });

  test("has nothing for a path of empty segments but a catch-all", () => {
    expect(ask("/jobs//all")?.[0]).toBe("z-catchAll");
  });
});

describe("a route table is refused when", () => {
  const create = (...routes: [name: string, template: string, ...methods: string[]][]): void => {
    createRouteTable(routes.map(([functionName, template, ...methods]) => ({ functionName, template, methods })));
  };

  test("two functions have one route and a method in common", () => {
    expect(() => create(["a", "jobs/{id}", "GET", "PUT"], ["b", "Jobs/{name}", "PUT"])).toThrow("one route for PUT");
    expect(() => create(["a", "jobs/{id}", "GET"], ["b", "jobs/{id}", "PUT"])).not.toThrow();
  });

  test("the alphabet of the names, by which hosts in Azure go, would hide a function behind a wider route", () => {
    expect(() => create(["a", "manage/{*path}", "GET"], ["b", "manage/api/jobs", "GET"])).toThrow("never be called");
    expect(() => create(["a", "{any}/{id?}", "GET"], ["b", "jobs/all", "GET"])).toThrow("never be called");
    expect(() => create(["b", "manage/{*path}", "GET"], ["a", "manage/api/jobs", "GET"])).not.toThrow();
    expect(() => create(["a", "{any}/{id:int}", "GET"], ["b", "jobs/all", "GET"])).not.toThrow();
    expect(() => create(["a", "{any}/api/{id}", "GET"], ["b", "manage/{*path}", "GET"])).not.toThrow();
  });

  test("a route begins with admin", () => {
    expect(() => create(["a", "admin/page", "GET"])).toThrow("admin");
  });

  for (const template of [
    "a/{id:regex(x)}",
    "a/{id=7}",
    "a/{b}{c}",
    "a/{*b}/c",
    "a/{b?}/c",
    "a/x{b?}",
    "a/{",
    "a//b",
  ]) {
    test(`it cannot read "${template}"`, () => {
      expect(() => create(["a", template, "GET"])).toThrow("cannot be served here");
    });
  }
});

describe("a constraint", () => {
  for (const [constraint, accepted, refused] of [
    ["int", "-7", "7.5"],
    ["int", "2147483647", "2147483648"],
    ["long", "9223372036854775807", "9223372036854775808"],
    ["bool", "True", "yes"],
    ["alpha", "abc", "a1"],
    ["guid", "00000000000040008000000000000001", "0000000000004000800000000000000"],
    ["minlength(2)", "ab", "a"],
    ["maxlength(2)", "ab", "abc"],
    ["length(2)", "ab", "abc"],
    ["length(1,2)", "ab", "abc"],
    ["range(1,5)", "5", "6"],
    ["min(3)", "3", "2"],
    ["max(3)", "3", "4"],
  ] as const) {
    test(`${constraint} takes ${accepted} and not ${refused}`, () => {
      const one = createRouteTable([{ functionName: "a", template: `{value:${constraint}}`, methods: ["GET"] }]);
      expect(one.match("GET", `/${accepted}`)?.parameters).toEqual({ value: accepted });
      expect(one.match("GET", `/${refused}`)).toBeUndefined();
    });
  }
});
