import { toAction } from "./action.ts";

const facts = {
  parameters: {},
  // The original reads its list of entities anew; here a data entity is there as soon as it is saved.
  run: () => Promise.resolve(undefined),
};

/** What clients do before anything else, so that entities are known. */
export const initializeDataManagement = [
  toAction({ name: "InitializeDataManagement", ...facts }),
  toAction({ name: "InitializeDataManagementAsync", ...facts }),
];
