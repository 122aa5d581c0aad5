import type { Command } from "./command.ts";
import { backupCommand } from "./commands/backup.ts";
import { applyCommand } from "./commands/definitions/apply.ts";
import { entitiesCommand } from "./commands/definitions/entities.ts";
import { exportCommand } from "./commands/definitions/export.ts";
import { planCommand } from "./commands/definitions/plan.ts";
import { projectsCommand } from "./commands/definitions/projects.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { fsckCommand } from "./commands/fsck.ts";
import { logsCommand } from "./commands/logs.ts";
import { pullCommand } from "./commands/pull.ts";
import { redeliverCommand } from "./commands/redeliver.ts";
import { restoreCommand } from "./commands/restore.ts";
import { retryCommand } from "./commands/retry.ts";
import { runCommand } from "./commands/run.ts";
import { sendCommand } from "./commands/send.ts";
import { statusCommand } from "./commands/status.ts";
import { tokenCommand } from "./commands/token.ts";
import { watchCommand } from "./commands/watch.ts";

/** In the order in which the help tells them. */
export const commands: readonly Command[] = [
  sendCommand,
  pullCommand,
  watchCommand,
  statusCommand,
  logsCommand,
  retryCommand,
  redeliverCommand,
  runCommand,
  planCommand,
  applyCommand,
  exportCommand,
  entitiesCommand,
  projectsCommand,
  tokenCommand,
  doctorCommand,
  fsckCommand,
  backupCommand,
  restoreCommand,
];
