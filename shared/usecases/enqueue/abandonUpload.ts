import type { Ports } from "../../ports.ts";

/** Gives up what came in of a file; once more is fine. A message that it became by then stays. */
export async function abandonUpload(ports: Ports, activityId: string, uploadId: string): Promise<void> {
  const upload = await ports.uploads.find(activityId, uploadId);
  if (upload) await ports.uploads.giveUp(upload);
}
