import { suggestSequence } from "../../../usecases/manifests/suggestSequence.ts";
import { toAction } from "./action.ts";
import { text } from "./parameters.ts";

/** In which order entities are imported best. */
export const getEntitySequence = toAction({
  name: "GetEntitySequence",
  parameters: { listOfDataEntities: text },
  returns: "Edm.String",
  async run({ ports }, { listOfDataEntities }) {
    const sequenced = await suggestSequence(ports, listOfDataEntities.split(/[,;]/));
    const lines = sequenced.map(({ entity, level, sequence }) => {
      return { EntityName: entity, ExecutionUnit: 1, LevelInExecutionUnit: level, SequenceInLevel: sequence };
    });
    return JSON.stringify(lines);
  },
});
