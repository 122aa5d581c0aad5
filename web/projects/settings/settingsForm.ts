import type { LineCheck } from "../line/useLineCheck.ts";
import type { LineSettings } from "./lineSettings.ts";

/** The settings while somebody chooses them. */
export interface SettingsForm {
  readonly settings: LineSettings;
  readonly check: LineCheck;
  /** Absent for who may only look. */
  readonly change?: (settings: LineSettings) => void;
}
