import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { importEntities } from "../../definitions/csdl/importEntities.ts";
import { readSets } from "../../definitions/csdl/readCsdl.ts";
import { toLabel } from "../../definitions/csdl/toEntity.ts";
import { toMetadata } from "../../shared/http/odata/metadata.ts";
import { entitySets } from "../../shared/http/odata/sets.ts";
import { folderOf } from "./folders.ts";

const axType = (name: string): string =>
  `<Annotation Term="Microsoft.Dynamics.OData.Core.V1.AXType" EnumMember="Microsoft.Dynamics.OData.Core.V1.AXType/${name}"/>`;

const metadata = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="Microsoft.Dynamics.DataEntities" Alias="ax" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EnumType Name="Other"><Member Name="Never" Value="9"/></EnumType>
<EnumType Name="CustVendorBlocked"><Member Name="No" Value="0"/><Member Name="Invoice" Value="1"/></EnumType>
<EntityType Name="Party"><Property Name="PartyNumber" Type="Edm.String" MaxLength="40"/></EntityType>
<EntityType Name="CustomerV3" BaseType="ax.Party">
<Key><PropertyRef Name="dataAreaId"/><PropertyRef Name="CustomerAccount"/></Key>
<Property Name="dataAreaId" Type="Edm.String" Nullable="false"/>
<Property Name="CustomerAccount" Type="Edm.String" Nullable="false" MaxLength="20">${axType("String")}</Property>
<Property Name="OrganizationName" Type="Edm.String" Nullable="false"/>
<Property Name="OnHoldStatus" Type="Microsoft.Dynamics.DataEntities.CustVendorBlocked" Nullable="false"/>
<Property Name="CreditLimit" Type="Edm.Decimal" Nullable="false" Scale="Variable"/>
<Property Name="ValidFrom" Type="Edm.DateTimeOffset">
<Annotation Term="Microsoft.Dynamics.OData.Core.V1.AXType"><EnumMember>Microsoft.Dynamics.OData.Core.V1.AXType/Date</EnumMember></Annotation>
</Property>
<Property Name="ModifiedAt" Type="Edm.DateTimeOffset">${axType("UtcDateTime")}</Property>
<Property Name="CallAfter" Type="Edm.Int32">${axType("Time")}</Property>
<Property Name="RecordId" Type="Edm.Int64"/>
<Property Name="Picture" Type="Edm.Binary"/>
<NavigationProperty Name="Group" Type="ax.CustomerGroup"/>
</EntityType>
<EntityType Name="Currency"><Key><PropertyRef Name="CurrencyCode"/></Key>
<Property Name="CurrencyCode" Type="Edm.String" Nullable="false"/></EntityType>
<EntityContainer Name="Resources">
<EntitySet Name="CustomersV3" EntityType="Microsoft.Dynamics.DataEntities.CustomerV3"/>
<EntitySet Name="Currencies" EntityType="Microsoft.Dynamics.DataEntities.Currency"/>
</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`;

async function fileOf(text: string): Promise<string> {
  return `${await folderOf({ "metadata.xml": text })}/metadata.xml`;
}

describe("a $metadata document", () => {
  test("makes data entities of the sets that are chosen, with keys, types, lengths and enums", async () => {
    const [customers, currencies] = await importEntities(await fileOf(metadata), [
      { set: "customersv3", aotName: "CustCustomerV3Entity" },
      { set: "Currencies" },
    ]);

    expect(customers?.definition.value).toEqual({
      name: "Customers V3",
      aotName: "CustCustomerV3Entity",
      isPerCompany: true,
      isChangeTracked: true,
      fields: [
        { name: "PARTYNUMBER", type: "string", lengthMax: 40, isKey: false, isRequired: false },
        { name: "CUSTOMERACCOUNT", type: "string", lengthMax: 20, isKey: true, isRequired: true },
        { name: "ORGANIZATIONNAME", type: "string", isKey: false, isRequired: true },
        {
          name: "ONHOLDSTATUS",
          type: "enum",
          isKey: false,
          isRequired: false,
          enumValues: [
            { symbol: "No", value: 0, label: "No" },
            { symbol: "Invoice", value: 1, label: "Invoice" },
          ],
        },
        { name: "CREDITLIMIT", type: "real", isKey: false, isRequired: false },
        { name: "VALIDFROM", type: "date", isKey: false, isRequired: false },
        { name: "MODIFIEDAT", type: "datetime", isKey: false, isRequired: false },
        { name: "CALLAFTER", type: "time", isKey: false, isRequired: false },
        { name: "RECORDID", type: "int64", isKey: false, isRequired: false },
      ],
    });
    expect(customers?.notes).toEqual(["Picture (Edm.Binary) is left out."]);
    expect(currencies?.definition.value).toMatchObject({
      name: "Currencies",
      aotName: "CurrencyEntity",
      isPerCompany: false,
    });
  });

  test("of this service is read as well", async () => {
    const file = await fileOf(toMetadata(entitySets, entitySets[0]!, []));

    const [made] = await importEntities(file, [{ set: "DataManagementDefinitionGroups" }]);

    expect((await readSets(file)).map(({ name }) => name)).toContain("DataManagementExecutionJobs");
    expect(made?.definition.name).toBe("Data management definition groups");
  });

  test("without the set that is wanted names those that are like it", async () => {
    const file = await fileOf(metadata);

    await expect(importEntities(file, [{ set: "CustomersV2" }])).rejects.toThrow(
      'The document has no entity set "CustomersV2". There are CustomersV3.',
    );
  });

  test.each([
    ["that is cut off", metadata.slice(0, 900), "no well-formed XML"],
    ["with a document type", metadata.replace("<edmx:Edmx", "<!DOCTYPE a [<!ENTITY b 'c'>]><edmx:Edmx"), "DOCTYPE"],
    ["that describes something else", "<html/>", "no description of an OData service"],
    ["that is nested without end", "<a>".repeat(100), "nested more than"],
  ])("%s is refused", async (_what, text, reason) => {
    await expect(readSets(await fileOf(text))).rejects.toThrow(reason);
  });

  test("with thousands of types is read to its end", async () => {
    const file = await fileOf("");
    const type = (at: number): string =>
      `<EntityType Name="T${at}"><Key><PropertyRef Name="A"/></Key>${'<Property Name="A" Type="Edm.String"/>'.repeat(20)}</EntityType>`;
    const many = Array.from({ length: 5_000 }, (_, at) => type(at)).join("\n");
    await writeFile(file, metadata.replace("<EntityContainer", `${many}<EntityContainer`));

    const [made] = await importEntities(file, [{ set: "Currencies" }]);

    expect(made?.definition.name).toBe("Currencies");
  });
});

describe("a label", () => {
  test.each([
    ["CustomersV3", "Customers V3"],
    ["SalesOrderHeadersV2", "Sales order headers V2"],
    ["VATNumbers", "VAT numbers"],
    ["Currencies", "Currencies"],
  ])("of the set %s is %s", (set, label) => expect(toLabel(set)).toBe(label));
});
