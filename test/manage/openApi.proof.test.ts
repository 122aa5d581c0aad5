import { readdir } from "node:fs/promises";
import { app } from "@azure/functions";
import { beforeAll, describe, expect, test } from "vitest";
import { messageStates } from "../../shared/http/messageStates.ts";
import { readRetryWish } from "../../shared/http/manageQuery.ts";
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
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: Schema }[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
}

type Schema = Readonly<Record<string, unknown>> & { readonly properties?: Readonly<Record<string, Schema>> };

interface Body {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

const registered: Registered[] = [];
const document = toOpenApi("https://files.example");
const paths = document["paths"] as Record<string, Record<string, Operation>>;
const { schemas } = document["components"] as { schemas: Record<string, Schema> };
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
const bodiesOf = ({ requestBody, responses }: Operation) =>
  [requestBody ?? {}, ...Object.values(responses)].flatMap(({ content = {} }) =>
    Object.values(content).map(({ schema }) => schema),
  );

/** Where an object with members stands in another one, under no name. */
function innerObjects(schema: unknown, where: string): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const at = `${where}/${key}`;
    const isNamed = typeof value === "object" && value !== null && "properties" in value && key !== "properties";
    return [...(isNamed ? [at] : []), ...innerObjects(value, at)];
  });
}
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

  test("lists of a query's values those that are taken, which one name need not share on two routes", () => {
    const valuesOf = (operationId: string, name: string) => {
      const { operation } = described.find((each) => each.operation.operationId === operationId)!;
      return operation.parameters!.find((each) => each.name === name)!.schema!["enum"] as readonly string[];
    };

    expect(valuesOf("manageListStagedRows", "state")).toEqual(["staged", "copied", "error"]);
    expect(valuesOf("manageListJobMessages", "state")).toEqual([...messageStates, "parked"]);
    const wishes = valuesOf("manageRetryMessage", "rows");
    expect(wishes.map((rows) => readRetryWish({ url: `https://files.example/?rows=${rows}` }).rows)).toEqual(wishes);
    expect(wishes).toHaveLength(3);
  });

  test("says in the schema of a project what a member may be, and that no other is known", () => {
    const body = JSON.stringify(schemas["EntityLineRequest"]);

    expect(body).toContain('"refreshType":{"default":"full","type":"string","enum":["full","incremental"]}');
    expect(body).toContain('"additionalProperties":false');
  });

  test("is plain JSON without references that lead nowhere", () => {
    const text = JSON.stringify(document);

    expect(JSON.parse(text)).toEqual(document);
    const { components } = document as { components: Record<string, Record<string, unknown>> };
    const there = Object.entries(components).flatMap(([kind, named]) =>
      Object.keys(named).map((name) => `#/components/${kind}/${name}`),
    );
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target);
    expect(references.filter((target) => !there.includes(target!))).toEqual([]);
    const unused = there.filter((target) => !references.includes(target));
    expect(unused).toEqual(["#/components/securitySchemes/entra"]);
  });

  test("names every body, and every object within one", () => {
    const bodies = Object.values(paths)
      .flatMap((operations) => Object.values(operations).map(bodiesOf))
      .flat();
    const withoutName = bodies.filter((schema) => schema !== undefined && typeof schema["$ref"] !== "string");

    expect(withoutName).toEqual([]);
    expect(Object.entries(schemas).flatMap(([name, schema]) => innerObjects(schema, name))).toEqual([]);
    expect(Object.keys(schemas).filter((name) => !/^[A-Z][A-Za-z]+$/.test(name))).toEqual([]);
  });

  test("says of every operation how it refuses and how it fails, and when to come again", () => {
    for (const { operation } of described) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(["4XX", "429", "500", "503"]));
    }
    const { responses } = document["components"] as { responses: Record<string, { headers?: object }> };
    expect([responses["TooManyRequests"], responses["Unavailable"]].map((one) => Object.keys(one!.headers!))).toEqual([
      ["Retry-After"],
      ["Retry-After"],
    ]);
  });

  test("spells an id in one way: an activity id as clients are configured with it, what callers make up as they do, any other as a GUID", () => {
    const madeUp = (of: string, name: string) =>
      name === "requestedId" || `${of}.${name}` === "ExportRequest.executionId";
    const ids = Object.entries(schemas).flatMap(([of, { properties = {} }]) =>
      Object.entries(properties).filter(([name]) => /^(?:id|\w+Id|savedBy)$/.test(name) && !madeUp(of, name)),
    );

    const answered = ids.filter(([, schema]) => schema["$ref"] !== undefined || schema["anyOf"] !== undefined);
    const shown = answered.map(([name, schema]) => `${name} ${JSON.stringify(schema).match(/schemas\/(\w+)/)?.[1]}`);
    expect(new Set(shown.filter((text) => text.startsWith("activityId")))).toEqual(new Set(["activityId ActivityId"]));
    expect(shown.filter((text) => !text.startsWith("activityId") && !text.endsWith(" Id"))).toEqual([]);
    const asked = ids.filter((entry) => !answered.includes(entry));
    expect(asked.filter(([, schema]) => schema["format"] !== "uuid" && !schema["readOnly"])).toEqual([]);
    expect(answered.length).toBeGreaterThan(15);
  });
});
