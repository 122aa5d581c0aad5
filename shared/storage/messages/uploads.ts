/**
 * Two rows per upload, and per room for a package, in one partition: `u_{activity id}_{id}` holds it, `t_{time}_{file id}` finds it when its time is over. Its bytes
 * stand under the file id in a container of their own, the only one to which addresses are given out.
 */
import type { BlockUpload } from "../../domain/blockUpload.ts";
import { isGuid } from "../../domain/guid.ts";
import { type PackageRoom, packageRoomsId } from "../../domain/packageRoom.ts";
import type { UploadTrace, Uploads } from "../../ports/uploads.ts";
import type { Ground, Row, Table } from "../ground/ground.ts";
import type { Valet } from "../ground/valet.ts";
import { containerNames, tableNames } from "../ground/names.ts";
import { requireId, timeKey } from "../rows/keys.ts";
import { firstRows } from "../rows/rowPages.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";
import { activityKey, readFile } from "./files.ts";

export const uploadsPartition = "uploads";

export function uploadsStore(ground: Ground): Uploads {
  const table = ground.table(tableNames.uploads);
  const valet = ground.valet(containerNames.uploads);
  const removeRow = async (trace: UploadTrace): Promise<void> => {
    const row = await findRow(table, trace);
    if (!row || fromColumns<UploadTrace>(tableNames.uploads, row, membersOfTrace).fileId !== trace.fileId) return;
    await table.remove(uploadsPartition, rowKeyOf(trace.activityId, trace.id), row.etag);
  };
  return {
    ...rowsOf(table, valet),
    ...bytesOf(ground, valet),
    async giveUp(trace) {
      await valet.clear(trace.fileId);
      await removeRow(trace);
    },
    async remove(trace) {
      await valet.clear(trace.fileId);
      await removeRow(trace);
      await table.remove(uploadsPartition, traceKeyOf(trace));
    },
  };
}

function rowsOf(table: Table, valet: Valet): Pick<Uploads, "reserve" | "find" | "findRoom" | "listOver"> {
  return {
    async reserve(upload) {
      const { id, activityId, fileId, until } = upload;
      const inserted = await table.transact(uploadsPartition, [
        { kind: "insert", rowKey: rowKeyOf(activityId, id), values: toColumns(upload) },
        { kind: "upsert", rowKey: traceKeyOf(upload), values: toColumns({ id, activityId, fileId, until }) },
      ]);
      return inserted !== undefined;
    },
    async find(activityId, id) {
      const row = await findRow(table, { activityId, id });
      return row && fromColumns<BlockUpload>(tableNames.uploads, row, membersOfUpload);
    },
    async findRoom(address) {
      const id = valet.nameBehind(address) ?? "";
      const row = isGuid(id) ? await findRow(table, { activityId: packageRoomsId, id }) : undefined;
      return row && fromColumns<PackageRoom>(tableNames.uploads, row, membersOfRoom);
    },
    async listOver(before, limit) {
      const range = { from: "t_", below: `t_${timeKey(before)}` };
      const rows = await firstRows(table, uploadsPartition, range, limit);
      return rows.map(toTrace);
    },
  };
}

function findRow(table: Table, { activityId, id }: Pick<UploadTrace, "activityId" | "id">): Promise<Row | undefined> {
  return table.find(uploadsPartition, rowKeyOf(activityId, id));
}

type UploadBytes = Pick<Uploads, "addressOf" | "read" | "look" | "join" | "keepAs" | "clear">;

function bytesOf(ground: Ground, valet: Valet): UploadBytes {
  const blobs = ground.blobs(containerNames.uploads);
  const inbound = ground.valet(containerNames.inbound);
  return {
    addressOf: ({ fileId }, until) => valet.address(fileId, "write", until),
    read: ({ fileId }, offset, length) => readFile(blobs, fileId, offset, length),
    look: ({ fileId }) => valet.look(fileId),
    join: ({ fileId }, blockIds) => valet.join(fileId, blockIds),
    keepAs: ({ fileId, activityId }, etag, messageId) =>
      inbound.copy({ container: containerNames.uploads, name: fileId, etag }, messageId, { [activityKey]: activityId }),
    clear: ({ fileId }) => valet.clear(fileId),
  };
}

const membersOfTrace = ["id", "activityId", "fileId", "until"] as const;
const membersOfRoom = [...membersOfTrace, "applicationId", "reservedAt"] as const;
const membersOfUpload = [...membersOfRoom, "sizeBytes"] as const;

function rowKeyOf(activityId: string, uploadId: string): string {
  return `u_${requireId(activityId)}_${requireId(uploadId)}`;
}

/** What both rows of an upload tell. */
export function toTrace(row: Row): UploadTrace {
  return fromColumns<UploadTrace>(tableNames.uploads, row, membersOfTrace);
}

export function traceKeyOf({ until, fileId }: Pick<UploadTrace, "until" | "fileId">): string {
  return `t_${timeKey(until)}_${requireId(fileId)}`;
}
