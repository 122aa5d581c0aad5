import { parse } from "@sap-ux/edmx-parser";
import { XMLValidator } from "fast-xml-parser";
import { beforeEach, describe, expect, test } from "vitest";
import type { DataProject } from "../../../shared/domain/dataProject.ts";
import { customerGroups, exportProject, importProject, line, seed } from "../../support/definitions.ts";
import { memoryPorts, type TestPorts } from "../../support/memoryPorts.ts";
import { define, importFile } from "../../usecases/world.ts";
import { base, odataApp } from "./odataApp.ts";

let ports: TestPorts;
let call: ReturnType<typeof odataApp>;

beforeEach(async () => {
  ports = memoryPorts();
  call = odataApp(ports);
  await seed(ports);
});

const groups = "/data/DataManagementDefinitionGroups";
const details = "/data/DataManagementDefinitionGroupDetails";
const namesIn = (answer: { readonly json: { readonly value: readonly { readonly Name: string }[] } }) =>
  answer.json.value.map(({ Name }) => Name);

async function defineProjects(count: number, changes: (index: number) => Partial<DataProject> = () => ({})) {
  for (let index = 0; index < count; index++) {
    const name = `Project ${String(index).padStart(4, "0")}`;
    await define(ports, "project", name, { ...importProject, name, ...changes(index) });
  }
}

interface Named {
  readonly name: string;
  readonly fullyQualifiedName: string;
}

/** What the parser makes of a description; its own types are in a package that it does not bring. */
interface Described {
  readonly entitySets: readonly (Named & { readonly entityTypeName: string })[];
  readonly enumTypes: readonly (Named & { readonly members: readonly Named[] })[];
  readonly entityTypes: readonly (Named & {
    readonly keys: readonly Named[];
    readonly entityProperties: readonly (Named & { readonly type: string })[];
  })[];
}

/** What a value of the type is like in JSON. */
function formOf({ enumTypes }: Described, type: string): (value: unknown) => boolean {
  const members = enumTypes.find(({ fullyQualifiedName }) => fullyQualifiedName === type)?.members;
  if (members) return (value) => members.some(({ name }) => name === value);
  if (type === "Edm.Int32") return (value) => Number.isInteger(value);
  if (type === "Edm.DateTimeOffset") return (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(String(value));
  return (value) => type === "Edm.String" && typeof value === "string";
}

describe("data projects that are for others, as OData", () => {
  const others = "00000000-0000-4000-8000-0000000000c2";
  const secret = { ...importProject, name: "Secret", applications: [{ applicationId: others, isEnabled: true }] };
  const entity = `${details}(DefinitionGroupId='Secret',EntityName='${customerGroups.name}')`;

  test.each([
    [groups, `${groups}('Secret')`, `${groups}?$filter=Name eq 'Secret'`],
    [details, entity, `${details}?$filter=DefinitionGroupId eq 'Secret'`],
  ])("are in %s for these alone", async (all, one, filtered) => {
    await define(ports, "project", "Secret", secret);

    for (const caller of [{}, { applicationId: others }]) {
      const isTheirs = "applicationId" in caller;
      expect((await call(all, { caller })).text.includes("Secret")).toBe(isTheirs);
      expect((await call(one, { caller })).status).toBe(isTheirs ? 200 : 404);
      expect((await call(filtered, { caller })).json.value).toHaveLength(isTheirs ? 1 : 0);
      expect((await call(`${all}/$count`, { caller })).text).toBe(isTheirs ? "3" : "2");
    }
  });
});

test("The address of the next page names no data project that is for others, wherever a page ends", async () => {
  const applications = [{ applicationId: "00000000-0000-4000-8000-0000000000c2", isEnabled: true }];
  const nameOf = (index: number) => `Project ${String(index).padStart(4, "0")}`;
  const isTheirs = (index: number) => index % 100 !== 0;
  await defineProjects(1_210, (index) => (isTheirs(index) ? { applications } : {}));
  const numbers = Array.from({ length: 1_210 }, (_, index) => index);
  const theirs = numbers.filter(isTheirs).map((index) => Buffer.from(nameOf(index).toLowerCase()).toString("hex"));

  for (const address of [groups, details]) {
    const links: string[] = [];
    const found: string[] = [];
    for (let next = address; next;) {
      const { json } = await call(next.replace(base, ""));
      found.push(...json.value.map((row: Record<string, string>) => row["Name"] ?? row["DefinitionGroupId"]));
      next = json["@odata.nextLink"] ?? "";
      links.push(next);
    }
    const open = numbers.filter((index) => !isTheirs(index)).map(nameOf);
    expect(found).toEqual(["Customer group export", "Customer group import", ...open]);
    expect(theirs.filter((name) => links.some((link) => link.includes(name)))).toEqual([]);
  }
});

describe("data projects as OData", () => {
  test("are listed by name, with what clients know of them", async () => {
    const { status, headers, json } = await call(groups);

    expect([status, headers.get("odata-version")]).toEqual([200, "4.0"]);
    expect(headers.get("content-type")).toBe("application/json; odata.metadata=minimal; charset=utf-8");
    expect(json).toEqual({
      "@odata.context": `${base}/data/$metadata#DataManagementDefinitionGroups`,
      value: [
        {
          "@odata.etag": expect.stringMatching(/^".+"$/),
          Name: "Customer group export",
          Description: "",
          OperationType: "Export",
          GenerateDataPackage: "Yes",
          TruncateEntityData: "No",
        },
        {
          "@odata.etag": expect.any(String),
          Name: "Customer group import",
          Description: "",
          OperationType: "Import",
          GenerateDataPackage: "No",
          TruncateEntityData: "No",
        },
      ],
    });
  });

  test("are found by their key, however it is written", async () => {
    const name = "O'Brien/Söhne & Co";
    await define(ports, "project", name, { ...importProject, name });
    const quoted = "O''Brien%2FS%C3%B6hne%20%26%20Co";

    for (const key of [
      `'${quoted}'`,
      `Name='${quoted.toLowerCase()}'`,
      `%20Name%20=%20'${quoted.replace("%2F", "/")}'`,
      `Name='${quoted}',OperationType=Microsoft.Dynamics.DataEntities.DMFOperationType'Import'`,
    ]) {
      const { status, headers, json } = await call(`${groups}(${key})`);
      expect([key, status, json.Name]).toEqual([key, 200, name]);
      expect(json["@odata.context"]).toBe(`${base}/data/$metadata#DataManagementDefinitionGroups/$entity`);
      expect(headers.get("etag")).toBe(json["@odata.etag"]);
    }
    for (const key of [`'Nothing'`, `Name='${quoted}',OperationType='Export'`]) {
      expect([key, (await call(`${groups}(${key})`)).status]).toEqual([key, 404]);
    }
  });

  test.each(["()", "(Name)", "('a','b')", "(Name='a',Name='b')", "(OperationType='Import')", "(Name='a'x)", "('a)"])(
    "refuse a key such as %s with the form of one",
    async (key) => {
      const { status, json } = await call(`${groups}${key}`);

      expect([status, json.error.message]).toEqual([
        400,
        expect.stringContaining("DataManagementDefinitionGroups('…')"),
      ]);
    },
  );

  test("are filtered, sorted, cut and counted as one asks", async () => {
    await defineProjects(5, (index) => ({ description: index % 2 === 0 ? "even" : "odd" }));
    const ask = async (query: string) => namesIn(await call(`${groups}?${query}`));

    expect(await ask("$filter=Description eq 'even'&$orderby=Name desc")).toEqual([
      "Project 0004",
      "Project 0002",
      "Project 0000",
    ]);
    expect(await ask("$filter=startswith(Name,'project')&$skip=1&$top=2")).toEqual(["Project 0001", "Project 0002"]);
    expect(await ask("$orderby=Description desc,Name desc&$top=3&$filter=contains(Name,'Project')")).toEqual([
      "Project 0003",
      "Project 0001",
      "Project 0004",
    ]);
    expect(
      await ask("$filter=OperationType%20eq%20Microsoft.Dynamics.DataEntities.DMFOperationType%27Export%27"),
    ).toEqual(["Customer group export"]);
    expect(await ask("$top=0")).toEqual([]);
    expect(await ask("$skip=100")).toEqual([]);
    const counted = await call(`${groups}?$count=true&$top=1&$filter=Description eq 'odd'`);
    expect([counted.json["@odata.count"], namesIn(counted)]).toEqual([2, ["Project 0001"]]);
    const { headers, text } = await call(`${groups}/$count?$filter=Description eq 'odd'`);
    expect([headers.get("content-type"), text]).toEqual(["text/plain; charset=utf-8", "2"]);
  });

  test("show the properties that are selected", async () => {
    const { json } = await call(`${groups}?$select=operationtype,Name&$top=1&cross-company=true`);
    const one = await call(`${groups}('Customer group import')?$select=Name`);

    expect(json["@odata.context"]).toContain("#DataManagementDefinitionGroups(OperationType,Name)");
    expect(json.value).toEqual([
      { "@odata.etag": expect.any(String), OperationType: "Export", Name: "Customer group export" },
    ]);
    expect(Object.keys(one.json)).toEqual(["@odata.context", "@odata.etag", "Name"]);
  });

  test("say which they are where their key was not selected", async () => {
    const set = await call(`${groups}?$select=Description&$top=1`);
    const one = await call(`${groups}('Customer group import')?$select=Description`);
    const line = await call(`${details}?$select=EntityName&$top=1`);
    const bare = await call(`${groups}?$select=Description&$top=1&$format=application/json;odata.metadata=none`);

    const addresses = [set.json.value[0], one.json, line.json.value[0]].map((each) => each["@odata.id"]);
    expect(addresses).toEqual([
      `${base}${groups}(Name='Customer%20group%20export')`,
      `${base}${groups}(Name='Customer%20group%20import')`,
      `${base}${details}(DefinitionGroupId='Customer%20group%20export',EntityName='Customer%20groups')`,
    ]);
    const found = await Promise.all(addresses.map(async (address) => (await call(address.replace(base, ""))).status));
    expect(found).toEqual([200, 200, 200]);
    expect(Object.keys(bare.json.value[0])).toEqual(["Description"]);
  });

  test("come page by page, none twice and none left out, and as many as one asks for", async () => {
    await defineProjects(1_120, (index) => ({ description: index % 2 === 0 ? "even" : "odd" }));
    const follow = async (address: string) => {
      const pages: string[][] = [];
      for (let next = address; next;) {
        const answer = await call(next.replace(base, ""));
        pages.push([...namesIn(answer)]);
        next = answer.json["@odata.nextLink"] ?? "";
      }
      return pages;
    };

    const all = await follow(`/en/data/DataManagementDefinitionGroups?$select=Name`);
    expect(all.length).toBeGreaterThan(2);
    expect(all.flat().length).toBe(1_122);
    expect(new Set(all.flat()).size).toBe(1_122);
    const some = await follow(`${groups}?$filter=Description eq 'odd'&$skip=10&$top=540`);
    expect(some.flat()).toEqual(
      Array.from({ length: 540 }, (_, index) => `Project ${String(2 * index + 21).padStart(4, "0")}`),
    );
    const sorted = await follow(`${groups}?$orderby=Name desc&$top=700&$count=true`);
    expect(sorted.length).toBe(2);
    expect([sorted.flat().length, sorted.flat()[0], sorted.flat()[699]]).toEqual([700, "Project 1119", "Project 0420"]);
  });

  test("are not sorted nor counted without end, but followed to it", async () => {
    await defineProjects(2_000);

    const { status, json } = await call(`${groups}?$orderby=Description`);
    expect([status, json.error.message]).toEqual([400, expect.stringContaining("follow @odata.nextLink")]);
    expect((await call(`${groups}/$count`)).status).toBe(400);
    const begun = await call(`${groups}?$filter=Name eq '*1999'`);
    expect(namesIn(begun)).toEqual([]);
    expect(namesIn(await call(begun.json["@odata.nextLink"].replace(base, "")))).toEqual(["Project 1999"]);
    expect((await call(`${groups}?$orderby=Name&$top=1`)).status).toBe(200);
    expect((await call(`${groups}?$orderby=Description&$filter=Name eq 'Project 0007'`)).json.value.length).toBe(1);
  });
});

describe("lines of data projects as OData", () => {
  test("are those of all projects, or of the one that a filter names", async () => {
    const lines = [
      { ...line, sequence: 2, isEnabled: false, excelSheetName: "Sheet", fieldMap: [] },
      {
        ...line,
        entity: "Customers",
        format: "XML-Element",
        stylesheets: ["Flat"],
        skipStaging: false,
        failUnitOnError: true,
        sample: { fileName: "customers.xml", isValid: false, checkedAt: "2026-01-01T00:00:00.000Z" },
      },
    ];
    await define(ports, "project", importProject.name, { ...importProject, lines });

    const all = await call(`${details}?$select=EntityName`);
    expect(all.json.value.map((each: { EntityName: string }) => each.EntityName)).toEqual([
      "Customer groups",
      "Customer groups",
      "Customers",
    ]);
    const own = await call(`${details}?$filter=DefinitionGroupId eq 'CUSTOMER GROUP IMPORT'&$orderby=SequenceInLevel`);
    expect(own.json.value).toEqual([
      expect.objectContaining({
        DefinitionGroupId: importProject.name,
        EntityName: "Customers",
        SourceFormat: "XML-Element",
        SampleFilePath: "customers.xml",
        FailExecutionUnitOnError: "Yes",
        Disable: "No",
        SkipStaging: "No",
        AutoGenerateMapping: "Yes",
        IsTransformed: "Yes",
        ValidationStatus: "Error",
        DefaultRefreshType: "FullPush",
      }),
      expect.objectContaining({
        EntityName: "Customer groups",
        ExcelSheetName: "Sheet",
        SequenceInLevel: 2,
        FailExecutionUnitOnError: "No",
        Disable: "Yes",
        SkipStaging: "Yes",
        AutoGenerateMapping: "No",
        IsTransformed: "No",
        ValidationStatus: "No",
      }),
    ]);
  });

  test("are found by both parts of their key, in any order", async () => {
    const key = `EntityName='customer groups',DefinitionGroupId='${exportProject.name}'`;

    expect((await call(`${details}(${key})`)).json).toMatchObject({ DefaultRefreshType: "IncrementalPush" });
    expect((await call(`${details}(${key.replace("groups", "group")})`)).status).toBe(404);
    expect((await call(`${details}('${exportProject.name}')`)).json.error.message).toContain(
      "DataManagementDefinitionGroupDetails(DefinitionGroupId='…',EntityName='…')",
    );
  });
});

describe("what is served as OData", () => {
  test("is data entities without their records", async () => {
    const { json } = await call("/namespaces/AXSF/data/DataManagementEntities?$filter=IsShared eq 'No'");

    expect(json["@odata.context"]).toBe(`${base}/namespaces/AXSF/data/$metadata#DataManagementEntities`);
    expect((await call("/namespaces/0ab49d18-6325-4597-97b3-c7f2321aa80c/data/LegalEntities")).status).toBe(200);
    expect(json.value).toEqual([
      {
        EntityName: "Customer groups",
        TargetName: "CustCustomerGroupEntity",
        EntityKey: "CUSTOMERGROUPID",
        IsShared: "No",
      },
    ]);
    expect((await call(`/data/${customerGroups.aotName}`)).status).toBe(404);
  });

  test("is the companies of which records are stored", async () => {
    expect((await call("/data/LegalEntities")).json.value).toEqual([]);
    await importFile(ports, "CUSTOMERGROUPID,DESCRIPTION\r\n1,One\r\n");

    expect((await call("/data/LegalEntities")).json.value).toEqual([{ LegalEntityId: "USMF" }]);
    expect((await call("/data/LegalEntities('usmf')")).json.LegalEntityId).toBe("USMF");
    expect((await call("/data/LegalEntities('DEMF')")).status).toBe(404);
  });

  test("is named by the service document and described by $metadata, each set and property and no other", async () => {
    const { json } = await call("/data");
    const { headers, text } = await call("/data/$metadata");

    expect(json["@odata.context"]).toBe(`${base}/data/$metadata`);
    expect(headers.get("content-type")).toBe("application/xml; charset=utf-8");
    expect(XMLValidator.validate(text)).toBe(true);
    const schema = parse(text).schema as Described;
    expect(schema.entitySets.map(({ name }) => name)).toEqual(json.value.map(({ name }: { name: string }) => name));
    await importFile(ports, "CUSTOMERGROUPID,DESCRIPTION\r\n1,One\r\n");
    for (const { name, entityTypeName } of schema.entitySets) {
      const type = schema.entityTypes.find(({ fullyQualifiedName }) => fullyQualifiedName === entityTypeName)!;
      const [row] = (await call(`/data/${name}?$top=1`)).json.value;
      const shown = Object.keys(row).filter((member) => !member.startsWith("@"));
      expect(shown).toEqual(type.entityProperties.map((property) => property.name));
      expect(type.keys.every((key) => shown.includes(key.name))).toBe(true);
      const forms = type.entityProperties.map(({ type: of }) => formOf(schema, of));
      expect(forms.every((isOf, at) => isOf(row[shown[at]!]))).toBe(true);
    }
  });

  test("is said without its context to whoever wants none", async () => {
    const headers = { accept: "application/json;odata.metadata=none" };

    expect(Object.keys((await call("/data", { headers })).json)).toEqual(["value"]);
    expect((await call(`${groups}?$select=Name&$top=1`, { headers })).json).toEqual({
      value: [{ Name: "Customer group export" }],
    });
    expect(Object.keys((await call("/data?$format=application/json;odata.metadata=none")).json)).toEqual(["value"]);
  });
});

describe("a request for OData", () => {
  test.each([
    ["GET", "/data/Customers", 404, "The service document names what is: DataManagementDefinitionGroups,"],
    ["GET", "/data/$batch", 404, 'There is no "$batch" here. Requests are not taken by the batch: send each'],
    ["GET", `${groups}('Customer group import')/Name`, 404, "An entity is served as a whole"],
    ["GET", `${groups}/Name`, 404, "Below a set there is $count."],
    ["GET", `${groups}?$expand=Details`, 400, "not supported yet: this option."],
    ["GET", "/data?$search=x", 400, "not supported yet: this option."],
    ["GET", `${groups}?$top=-1`, 400, "$top: A whole number"],
    ["GET", `${groups}?$skip=9999999999`, 400, "$skip: A whole number"],
    ["GET", `${groups}?$count=maybe`, 400, "$count: Either true or false."],
    ["GET", `${groups}?$select=Title`, 400, '$select: there is no property "Title"'],
    ["GET", `${groups}?$orderby=Name up`, 400, "$orderby: Names of properties"],
    ["GET", `${groups}?$filter=Name eq x`, 400, "$filter: Name is compared with a text in single quotes"],
    ["GET", `${groups}?$skiptoken=%00`, 400, "This is not a continuation that this list gave"],
    ["PUT", groups, 405, "PUT is not served at this address, but GET, POST."],
    ["PUT", `${groups}('x')`, 405, "PUT is not served at this address, but GET, PATCH, DELETE."],
    ["POST", "/data", 405, "POST is not served at this address, but GET."],
    ["DELETE", "/data/LegalEntities('USMF')", 405, "DELETE is not served at this address, but GET."],
    [
      "POST",
      `${groups}/Microsoft.Dynamics.DataEntities.Nothing`,
      404,
      "There is no action Nothing here. DataManagementDefinitionGroups has",
    ],
  ])("%s %s is refused with %d in the shape of the original", async (method, address, status, problem) => {
    const answer = await call(address, { method });

    expect([answer.status, answer.headers.get("odata-version")]).toEqual([status, "4.0"]);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(answer.json.error).toMatchObject({
      code: expect.any(String),
      innererror: { message: answer.json.error.message },
    });
    expect(answer.json.error.message).toContain(problem);
  });

  test.each([
    [
      "without the role",
      { roles: ["Integration.Connect", "Integration.Read", "Integration.Manage"] },
      "Integration.Package",
    ],
    ["by a person, whatever the role", { scopes: ["Manage.Access"], person: undefined }, "client credentials"],
  ])("%s shows nothing", async (_how, caller, problem) => {
    for (const address of ["/data", "/data/$metadata", groups, `${groups}('x')`, "/data/Nothing"]) {
      const { status, json } = await call(address, { caller: caller as object });
      expect([address, status]).toEqual([address, 403]);
      expect(json.error.message).toContain(problem);
    }
  });
});
