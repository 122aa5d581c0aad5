import type { DataProject } from "../../../domain/dataProject.ts";
import type { Definition } from "../../../ports/definitions.ts";
import { toEtag } from "../../manageRequest.ts";
import { choice, type EntitySet, type EnumType, keyText, noYes, type Row, text, toNoYes } from "../model.ts";
import { isTruncating, writingOfProjects } from "./definitionGroupsWriting.ts";
import { definitionsBy, openProjects } from "./definitionsBy.ts";

export const operationType: EnumType = { name: "DMFOperationType", members: ["Import", "Export"] };

/** The data projects that are open to whoever asks. */
export const definitionGroups: EntitySet = {
  name: "DataManagementDefinitionGroups",
  type: {
    name: "DataManagementDefinitionGroup",
    key: ["Name"],
    properties: [
      keyText("Name"),
      text("Description"),
      choice("OperationType", operationType),
      choice("GenerateDataPackage", noYes),
      choice("TruncateEntityData", noYes),
    ],
  },
  order: [{ name: "Name" }],
  ...definitionsBy("project", "Name", (project) => [toRow(project)], { seen: openProjects }),
  writing: writingOfProjects(toRow),
};

function toRow({ value, etag }: Definition<DataProject>): Row {
  const { name, description, direction } = value;
  return {
    etag: toEtag(etag),
    values: {
      Name: name,
      Description: description,
      OperationType: direction === "import" ? "Import" : "Export",
      GenerateDataPackage: toNoYes(direction === "export"),
      TruncateEntityData: toNoYes(isTruncating(value)),
    },
  };
}
