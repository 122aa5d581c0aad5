/**
 * Two rows per upload in one partition: `u_{activity id}_{id}` holds it, `t_{time}_{file id}` finds it when its time is over. Its bytes
 * stand under the file id in a container of their own, the only one to which addresses are given out.
 */
import type { BlockUpload } from "../../domain/blockUpload.ts";
import type { UploadTrace, Uploads } from "../../ports/uploads.ts";
import type { Ground } from "../ground/ground.ts";
import type { Valet } from "../ground/valet.ts";
import { containerNames, tableNames } from "../ground/names.ts";
import { requireId, timeKey } from "../rows/keys.ts";
import { firstRows } from "../rows/rowPages.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";
import { activityKey } from "./files.ts";

const partitionKey = "uploads";

export function uploadsStore(ground: Ground): Uploads {
  const table = ground.table(tableNames.uploads);
  const valet = ground.valet(containerNames.uploads);
  const findRow = async ({ activityId, id }: Pick<UploadTrace, "activityId" | "id">) => {
    const row = await table.find(partitionKey, rowKeyOf(activityId, id));
    return row && { etag: row.etag, upload: fromColumns<BlockUpload>(tableNames.uploads, row, membersOfUpload) };
  };
  const removeRow = async (trace: UploadTrace): Promise<void> => {
    const found = await findRow(trace);
    if (found?.upload.fileId !== trace.fileId) return;
    await table.remove(partitionKey, rowKeyOf(trace.activityId, trace.id), found.etag);
  };
  return {
    async reserve(upload) {
      const { id, activityId, fileId, until } = upload;
      const inserted = await table.transact(partitionKey, [
        { kind: "insert", rowKey: rowKeyOf(activityId, id), values: toColumns(upload) },
        { kind: "upsert", rowKey: traceKeyOf(upload), values: toColumns({ id, activityId, fileId, until }) },
      ]);
      return inserted !== undefined;
    },
    find: async (activityId, uploadId) => (await findRow({ activityId, id: uploadId }))?.upload,
    ...bytesOf(valet, ground.valet(containerNames.inbound)),
    async giveUp(trace) {
      await valet.clear(trace.fileId);
      await removeRow(trace);
    },
    async listOver(before, limit) {
      const range = { from: "t_", below: `t_${timeKey(before)}` };
      const rows = await firstRows(table, partitionKey, range, limit);
      return rows.map((row) => fromColumns<UploadTrace>(tableNames.uploads, row, membersOfTrace));
    },
    async remove(trace) {
      await valet.clear(trace.fileId);
      await removeRow(trace);
      await table.remove(partitionKey, traceKeyOf(trace));
    },
  };
}

function bytesOf(valet: Valet, inbound: Valet): Pick<Uploads, "addressOf" | "look" | "join" | "keepAs" | "clear"> {
  return {
    addressOf: ({ fileId }, until) => valet.address(fileId, "write", until),
    look: ({ fileId }) => valet.look(fileId),
    join: ({ fileId }, blockIds) => valet.join(fileId, blockIds),
    keepAs: ({ fileId, activityId }, etag, messageId) =>
      inbound.copy({ container: containerNames.uploads, name: fileId, etag }, messageId, { [activityKey]: activityId }),
    clear: ({ fileId }) => valet.clear(fileId),
  };
}

const membersOfTrace = ["id", "activityId", "fileId", "until"] as const;
const membersOfUpload = [...membersOfTrace, "sizeBytes", "applicationId", "reservedAt"] as const;

function rowKeyOf(activityId: string, uploadId: string): string {
  return `u_${requireId(activityId)}_${requireId(uploadId)}`;
}

function traceKeyOf({ until, fileId }: Pick<UploadTrace, "until" | "fileId">): string {
  return `t_${timeKey(until)}_${requireId(fileId)}`;
}
