import { readdir } from "node:fs/promises";
import { app } from "@azure/functions";
import { beforeAll, describe, expect, test } from "vitest";
import { manageRoutes } from "../../shared/http/manageRoutes.ts";
import { toOpenApi } from "../../shared/http/openApi.ts";
import "./manageApp.ts";

interface Registered {
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: unknown;
}

const registered: Registered[] = [];
const document = toOpenApi("https://files.example");
const paths = document["paths"] as Record<string, Record<string, Operation>>;
const described = Object.entries(paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
);

beforeAll(async () => {
  const http: typeof app.http = (name, options) => {
    const methods = "methods" in options ? (options.methods ?? []) : [];
    const route = "route" in options ? options.route : undefined;
    for (const method of methods) registered.push({ name, method: method.toLowerCase(), path: `/${route ?? ""}` });
  };
  // What is registered is all that this test is about; the library itself warns outside of a host.
  Object.assign(app, { http });
  const files = await readdir(new URL("../../functions", import.meta.url));
  for (const file of files.filter((each) => /^(?:manage|connector)/.test(each))) {
    await import(`../../functions/${file.slice(0, -".ts".length)}.ts`);
  }
});

/** HEAD is what GET is, without its body. */
const isApi = ({ path, method }: Registered): boolean => method !== "head" && /^\/(?:manage\/api|api)\//.test(path);
const toText = (method: string, path: string, name: string): string => `${method} ${path} ${name}`;

describe("the OpenAPI document", () => {
  test("describes exactly the routes that are registered, under the names of their functions", () => {
    const found = registered.filter(isApi).map(({ name, method, path }) => toText(method, path, name));

    expect(found.toSorted()).toEqual(
      described.map(({ method, path, operation }) => toText(method, path, operation.operationId)).toSorted(),
    );
    expect(found.length).toBeGreaterThan(Object.keys(manageRoutes).length);
  });

  test("names every parameter of a path", () => {
    for (const { path, operation } of described) {
      const named = (operation.parameters ?? []).filter((parameter) => parameter.in === "path").map(({ name }) => name);
      expect(named).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  test("says in the schema of a project what a member may be, and that no other is known", () => {
    const body = JSON.stringify(paths["/manage/api/projects/{name}"]?.["put"]?.requestBody);

    expect(body).toContain('"refreshType":{"default":"full","type":"string","enum":["full","incremental"]}');
    expect(body).toContain('"additionalProperties":false');
  });

  test("is plain JSON without references that lead nowhere", () => {
    const text = JSON.stringify(document);

    expect(JSON.parse(text)).toEqual(document);
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target);
    expect(new Set(references)).toEqual(new Set(["#/components/schemas/Problem"]));
  });
});
