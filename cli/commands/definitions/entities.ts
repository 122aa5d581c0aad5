import path from "node:path";
import { importEntities, type Wanted } from "../../../definitions/csdl/importEntities.ts";
import { readSets } from "../../../definitions/csdl/readCsdl.ts";
import { writeFolder } from "../../../definitions/folder/writeFolder.ts";
import { planChanges } from "../../../definitions/plan.ts";
import { type Call, command } from "../../command.ts";
import { type ExitCode, exitCodes, UsageError } from "../../exitCodes.ts";
import { printable } from "../../output/printable.ts";
import { doPlan } from "./doPlan.ts";
import { apiOf } from "./folderArgument.ts";

export const entitiesCommand = command(
  {
    name: "entities",
    usage: "list FILE | import FILE --only SET,…",
    summary: "makes data entities of the OData metadata of Dynamics 365",
    description:
      "The document says keys, types, lengths and enums, but neither labels nor AOT names: CustomersV3 becomes Customers V3, unless --only says CustomersV3=Customers V3:CustCustomerV3Entity. Without --to they are stored on the service.",
    options: {
      only: { type: "string", multiple: true, value: "sets", help: "which entity sets, by commas; import needs it" },
      to: { type: "string", value: "folder", help: "writes files of this folder of definitions, and asks no service" },
    },
    examples: [
      { line: "entities list metadata.xml", what: "the names of its entity sets" },
      {
        line: "entities import metadata.xml --only CustomersV3,VendorsV2",
        what: "stores both on the service that runs here",
      },
      {
        line: 'entities import metadata.xml --only "CustomersV3=Customers V3:CustCustomerV3Entity" --to definitions',
        what: "one, with its names, as a file",
      },
    ],
  },
  async (call) => {
    const [verb, file, ...more] = call.positionals;
    if (file === undefined || more.length > 0 || (verb !== "list" && verb !== "import")) {
      throw new UsageError("Say entities list FILE, or entities import FILE --only SET,…");
    }
    const document = path.resolve(call.folder, file);
    return verb === "list" ? list(call, document) : importSets(call, document);
  },
);

async function list(call: Pick<Call, "show">, document: string): Promise<ExitCode> {
  const sets = await readSets(document);
  call.show({ sets }, () => sets.map(({ name }) => name).join("\n"));
  return exitCodes.done;
}

type ImportCall = Omit<Call, "values"> & { readonly values: { only?: readonly string[]; to?: string; json?: boolean } };

async function importSets(call: ImportCall, document: string): Promise<ExitCode> {
  const wanted = (call.values.only ?? []).flatMap((text) => text.split(",")).map(toWanted);
  if (wanted.length === 0)
    throw new UsageError("Which of its sets? Say --only CustomersV3,…: entities list tells them.");
  const imported = await importEntities(document, wanted);
  for (const { set, definition, notes } of imported) {
    for (const note of notes) call.err(printable(`${set}, data entity "${definition.name}": ${note}`));
  }
  const definitions = imported.map(({ definition }) => definition);
  if (call.values.to === undefined) {
    const api = apiOf(await call.connect());
    return doPlan(call, api, await planChanges(api, { definitions, kinds: [] }, { prunes: false }));
  }
  const folder = path.resolve(call.folder, call.values.to);
  const { written, unchanged } = await writeFolder(folder, definitions, { prunes: false, asJson: false });
  call.show({ written, unchanged }, () => {
    return [...written.map((name) => `+ ${name}`), `${written.length} files written, ${unchanged} as they were.`].join(
      "\n",
    );
  });
  return exitCodes.done;
}

/** `CustomersV3`, `CustomersV3=Customers V3` or `CustomersV3=Customers V3:CustCustomerV3Entity`. */
function toWanted(text: string): Wanted {
  const [, set, name, aotName] = /^\s*([^=:]+?)\s*(?:=\s*([^=:]+?)\s*(?::\s*(\w+)\s*)?)?$/u.exec(text) ?? [];
  if (set === undefined)
    throw new UsageError(`"${text}" is no set; write CustomersV3, or CustomersV3=Customers V3:CustCustomerV3Entity.`);
  return { set, ...(name !== undefined && { name }), ...(aotName !== undefined && { aotName }) };
}
