import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { type Place, deliverWork, openPlace } from "../support/crashHost.ts";
import { exportJob, exportJobId, exportProject, line, operator } from "../support/definitions.ts";
import { define } from "./world.ts";

/** A place whose export job has run once: a package waits for its client. */
export async function offeredExport(): Promise<Place> {
  const here = await openPlace();
  const { ports, ground } = here;
  await define(ports, "project", exportProject.name, { ...exportProject, lines: [{ ...line, refreshType: "full" }] });
  await define(ports, "job", exportJobId, { ...exportJob, preventUploadAtZeroRecords: false });
  await runJobNow(ports, exportJobId, operator);
  await deliverWork(ports, ground, () => false);
  return here;
}
