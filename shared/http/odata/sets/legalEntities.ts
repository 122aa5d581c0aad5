import { isSameName } from "../../../domain/dataEntity.ts";
import { listCompanies } from "../../../usecases/watch/listCompanies.ts";
import { type EntitySet, keyText, type Row } from "../model.ts";

/** The companies that are in use. */
export const legalEntities: EntitySet = {
  name: "LegalEntities",
  type: { name: "LegalEntity", key: ["LegalEntityId"], properties: [keyText("LegalEntityId")] },
  order: [{ name: "LegalEntityId" }],
  find: async ({ ports }, key) => {
    const company = (await listCompanies(ports)).find((each) => isSameName(each, key.get("LegalEntityId") ?? ""));
    return company === undefined ? undefined : toRow(company);
  },
  list: async ({ ports }) => ({ items: (await listCompanies(ports)).map(toRow) }),
};

function toRow(company: string): Row {
  return { values: { LegalEntityId: company } };
}
