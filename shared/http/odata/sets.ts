import type { EntitySet } from "./model.ts";
import { dataEntities } from "./sets/dataEntities.ts";
import { definitionGroupDetails } from "./sets/definitionGroupDetails.ts";
import { definitionGroups } from "./sets/definitionGroups.ts";
import { executionJobDetails } from "./sets/executionJobDetails.ts";
import { executionJobs } from "./sets/executionJobs.ts";
import { legalEntities } from "./sets/legalEntities.ts";

/** Everything that is served, in the order in which it is shown. Records of data entities are not. */
export const entitySets: readonly EntitySet[] = [
  definitionGroups,
  definitionGroupDetails,
  executionJobs,
  executionJobDetails,
  dataEntities,
  legalEntities,
];
