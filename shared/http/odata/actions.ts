import type { Action } from "./actions/action.ts";
import { initializeDataManagement } from "./actions/dataManagement.ts";
import { getEntitySequence } from "./actions/entitySequence.ts";

/** Everything that can be done with the data projects by an action. */
export const actions: readonly Action[] = [...initializeDataManagement, getEntitySequence];
