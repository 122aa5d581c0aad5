import { z } from "zod";
import { asAnswer } from "./schemaNames.ts";

/** Of imports and exports. */
export const messageStates = [
  "Enqueued",
  "Dequeued",
  "Downloaded",
  "Acked",
  "PreProcessing",
  "Processing",
  "Processed",
  "ProcessedWithErrors",
  "PostProcessingError",
  "PreProcessingError",
  "Discarded",
] as const;

export const messageState = asAnswer("MessageState", z.enum(messageStates));
