import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A folder with these files, by their names below it. */
export async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "definitions-"));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  return folder;
}

const key = (name: string): string =>
  `  - { name: ${name}, type: string, lengthMax: 20, isKey: true, isRequired: true }`;

/** Of every kind something, with names that go in circles, in the order in which nothing of it could be saved. */
export const shop: Readonly<Record<string, string>> = {
  "jobs/orders-in.yaml": `
activityId: "{0000000A-0000-4000-8000-0000000000AA}"
name: Orders in
project: ORDERS
direction: import
company: USMF
applications: [{ applicationId: 00000000-0000-4000-8000-0000000000c1 }]
processingRecurrence: { start: 2026-01-01T00:00:00, frequency: minute }
`,
  "projects/orders.yml": `
name: Orders
direction: import
lines:
  - entity: order headers
    format: XML-Element
    stylesheets: [Senders orders]
  - entity: Groups
    format: Bars
`,
  "formats/bars.json": '{ "name": "Bars", "columnDelimiter": "|" }',
  "stylesheets/senders.yaml": "name: Senders orders\ncontentFile: senders.xsl\n",
  "stylesheets/senders.xsl":
    '<?xml version="1.0" encoding="utf-8"?>\n<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>\n',
  "number-sequences/groups.yaml": "name: Group numbers\nformat: G-####\n",
  "entities/a-headers.yaml": `
name: Order headers
aotName: OrderHeaderEntity
isPerCompany: true
children: [Order lines]
fields:
${key("ORDER")}
  - name: GROUP
    type: string
    callValidateField: true
    rules: [{ kind: lookup, entity: Groups, message: There is no such group. }]
`,
  "entities/lines.yaml": `
name: Order lines
aotName: OrderLineEntity
isPerCompany: true
partOf: { entity: Order headers, relation: [{ field: ORDER, parentField: ORDER }] }
fields:
${key("ORDER")}
  - { name: LINE, type: integer, isKey: true, isRequired: true }
`,
  "entities/groups.yaml": `
name: Groups
aotName: GroupEntity
isPerCompany: true
fields:
  - { name: GROUP, type: string, isKey: true, isRequired: true, numberSequence: Group numbers }
  - name: PARENT
    type: string
    callValidateField: true
    rules: [{ kind: lookup, entity: Owners, message: There is no such owner. }]
`,
  "entities/owners.yaml": `
name: Owners
aotName: OwnerEntity
isPerCompany: true
fields:
  - { name: OWNER, type: string, isKey: true, isRequired: true }
  - name: GROUP
    type: string
    callValidateField: true
    rules: [{ kind: lookup, entity: Groups, message: There is no such group. }]
`,
};
