import { expect, test } from "vitest";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { acknowledgeMessage } from "../../shared/usecases/deliver/acknowledgeMessage.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { downloadMessage } from "../../shared/usecases/deliver/downloadMessage.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import {
  bytesOf,
  exportJob,
  exportJobId,
  importJob,
  importJobId,
  listedApplication,
  operator,
  seed,
} from "../support/definitions.ts";
import { memoryPorts } from "../support/memoryPorts.ts";
import { enqueue } from "./world.ts";

const upload = {
  applicationId: listedApplication,
  entity: "customer Groups",
  company: undefined,
  externalIdentifier: "groups.csv",
  idempotencyKey: undefined,
  declaredBytes: undefined,
};

test("a file that a client pushes comes out of the export job as a package", async () => {
  const ports = memoryPorts();
  await seed(ports);
  const csv =
    "CustomerGroupId,Description,IsSalesTaxIncluded,CreditLimit\r\n10,Wholesale,Yes,012.500\r\n20,Retail,0,\r\n,No key,1,1\r\n";

  const messageId = await enqueue(ports, importJob, { ...upload, body: bytesOf(csv) });
  await runJobNow(ports, importJobId, operator);
  await ports.drain();

  const message = (await ports.messages.findInbound(importJobId, messageId))!.value;
  expect(message).toMatchObject({ state: "ProcessedWithErrors" });
  const execution = (await ports.executions.find(message.executionId!))!;
  expect(execution.entities[0]).toMatchObject({ rowsRead: 3, created: 2, failed: 1, status: "finished" });

  await runJobNow(ports, exportJobId, operator);
  await ports.drain();
  const delivered = (await dequeueMessage(ports, exportJob))!;
  const { correlationId, popReceipt } = delivered.delivery!;
  const download = await downloadMessage(ports, exportJobId, delivered.id, correlationId);
  const archive = await openPackageZip(bytesInMemory(await collectBytes(download.read(), 1e6, "the package")));
  const exported = Buffer.from(await collectBytes(archive.open("Customer groups.csv"), 1e6, "the package")).toString();
  expect(exported).toBe(
    "CUSTOMERGROUPID,DESCRIPTION,ISSALESTAXINCLUDED,CREDITLIMIT\r\n10,Wholesale,Yes,12.5\r\n20,Retail,No,\r\n",
  );

  await acknowledgeMessage(ports, exportJob, { correlationId, popReceipt });
  expect(await dequeueMessage(ports, exportJob)).toBeUndefined();
  expect((await ports.messages.findOutbound(exportJobId, delivered.id))!.value).toMatchObject({
    state: "Acked",
    totalRecords: 2,
  });
});
