import { keyFields } from "../../../domain/dataEntity.ts";
import { choice, type EntitySet, keyText, noYes, text, toNoYes } from "../model.ts";
import { definitionsBy } from "./definitionsBy.ts";

/** The data entities themselves, and none of their records. */
export const dataEntities: EntitySet = {
  name: "DataManagementEntities",
  type: {
    name: "DataManagementEntity",
    key: ["EntityName"],
    properties: [keyText("EntityName"), text("TargetName"), text("EntityKey"), choice("IsShared", noYes)],
  },
  order: [{ name: "EntityName" }],
  ...definitionsBy("entity", "EntityName", ({ value }) => [
    {
      values: {
        EntityName: value.name,
        TargetName: value.aotName,
        EntityKey: keyFields(value)
          .map(({ name }) => name)
          .join(","),
        IsShared: toNoYes(!value.isPerCompany),
      },
    },
  ]),
};
