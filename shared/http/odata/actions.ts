import type { Action } from "./actions/action.ts";
import { initializeDataManagement } from "./actions/dataManagement.ts";
import { errorFiles } from "./actions/errorFiles.ts";
import { deleteExecutionHistory } from "./actions/executionHistory.ts";
import { getExecutionErrors } from "./actions/executionErrors.ts";
import { executionStatus } from "./actions/executionStatus.ts";
import { getEntitySequence } from "./actions/entitySequence.ts";
import { getExportedPackageUrl } from "./actions/exportedPackage.ts";
import { exportsToPackage } from "./actions/exports.ts";
import { importsFromPackage } from "./actions/imports.ts";
import { messageStatus } from "./actions/messageStatus.ts";
import { packageAddresses } from "./actions/packageAddress.ts";
import { resetVersionToken } from "./actions/versionToken.ts";

/** Everything that can be done with the data projects by an action. */
export const actions: readonly Action[] = [
  ...initializeDataManagement,
  getEntitySequence,
  ...packageAddresses,
  ...importsFromPackage,
  ...exportsToPackage,
  resetVersionToken,
  getExportedPackageUrl,
  deleteExecutionHistory,
  ...executionStatus,
  ...messageStatus,
  getExecutionErrors,
  ...errorFiles,
];
