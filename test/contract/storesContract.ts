import { auditContract } from "./auditContract.ts";
import { bornContract } from "./bornContract.ts";
import { claimsContract } from "./claimsContract.ts";
import { definitionsContract } from "./definitionsContract.ts";
import { deliveriesContract, eventsContract } from "./deliveriesContract.ts";
import { executionsContract } from "./executionsContract.ts";
import { filesContract } from "./filesContract.ts";
import { gateContract } from "./gateContract.ts";
import { idempotencyContract } from "./idempotencyContract.ts";
import { leasesContract } from "./leasesContract.ts";
import { backlogContract } from "./backlogContract.ts";
import { listsContract } from "./listsContract.ts";
import { loadSamplesContract } from "./loadSamplesContract.ts";
import { messagesContract } from "./messagesContract.ts";
import { openMessagesContract } from "./openMessagesContract.ts";
import { occurrencesContract } from "./occurrencesContract.ts";
import { queuesContract } from "./queuesContract.ts";
import { schedulesContract } from "./schedulesContract.ts";
import type { OpenStoresFor } from "./storesHarness.ts";

/** What every store promises in `ports.ts`, on any ground. */
export function storesContract(name: string, open: OpenStoresFor, propertyRuns: number): void {
  definitionsContract(name, open);
  messagesContract(name, open);
  bornContract(name, open);
  backlogContract(name, open, propertyRuns);
  openMessagesContract(name, open, propertyRuns);
  listsContract(name, open);
  gateContract(name, open);
  claimsContract(name, open);
  executionsContract(name, open);
  occurrencesContract(name, open);
  schedulesContract(name, open, propertyRuns);
  leasesContract(name, open);
  loadSamplesContract(name, open);
  idempotencyContract(name, open);
  auditContract(name, open);
  filesContract(name, open);
  queuesContract(name, open);
  deliveriesContract(name, open);
  eventsContract(name, open);
}
