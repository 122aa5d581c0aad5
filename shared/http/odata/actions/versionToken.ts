import { resetVersions } from "../../../usecases/export/resetVersions.ts";
import { toAction } from "./action.ts";
import { optionalText, text } from "./parameters.ts";

/** After it the next export of an entity, which would bring what changed, brings all. */
export const resetVersionToken = toAction({
  name: "ResetVersionToken",
  parameters: { definitionGroupId: text, entityName: text, sourceName: optionalText },
  returns: "Edm.Boolean",
  async run({ ports, caller }, { definitionGroupId, entityName, sourceName }) {
    const wish = { project: definitionGroupId, entity: entityName, ...(sourceName !== "" && { company: sourceName }) };
    await resetVersions(ports, wish, caller);
    return true;
  },
});
