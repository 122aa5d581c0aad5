import type { Command } from "./command.ts";
import { tokenCommand } from "./commands/token.ts";

/** In the order in which the help tells them. */
export const commands: readonly Command[] = [tokenCommand];
