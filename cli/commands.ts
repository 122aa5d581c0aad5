import type { Command } from "./command.ts";
import { applyCommand } from "./commands/definitions/apply.ts";
import { exportCommand } from "./commands/definitions/export.ts";
import { planCommand } from "./commands/definitions/plan.ts";
import { tokenCommand } from "./commands/token.ts";

/** In the order in which the help tells them. */
export const commands: readonly Command[] = [tokenCommand, planCommand, applyCommand, exportCommand];
