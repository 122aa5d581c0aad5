import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runNow } from "../../bench/definitions.ts";
import { isFinalImport, type InboundMessage } from "../../shared/domain/inboundMessage.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import type { Ports } from "../../shared/ports.ts";
import {
  exportJob,
  exportJobId,
  exportProject,
  importJob,
  importJobId,
  importProject,
  line,
  listedApplication,
} from "../support/definitions.ts";
import { collectRows } from "../support/rows.ts";
import { eventually } from "../support/runningService.ts";
import { openWorkbook, rowsOf, workbook } from "../support/workbooks.ts";
import { enqueuePath, type IdleService, startIdleService } from "./idleService.ts";

const megabyte = 1024 * 1024;
const header = ["CUSTOMERGROUPID", "DESCRIPTION"];
let idle: IdleService;

beforeAll(async () => {
  idle = await startIdleService({ MaxBodyMegabytes: "256" }, [importJob, exportJob]);
  const by = { at: 0, applicationId: listedApplication };
  const { definitions } = idle.ports;
  for (const project of [importProject, exportProject]) {
    const before = await definitions.find("project", project.name);
    const lines = [{ ...line, format: "EXCEL" }];
    await definitions.save("project", project.name, { ...project, lines }, { etag: before!.etag }, by);
  }
});

afterAll(() => idle?.service.stop());

/** From the push of the workbook to the end of its import. */
async function imported(file: Uint8Array): Promise<InboundMessage> {
  const { ports, service, authorization } = idle;
  const request = { method: "POST", headers: { authorization }, body: Buffer.from(file) };
  const messageId = (await (await fetch(new URL(enqueuePath, service.baseUrl), request)).json()) as string;
  await runNow(ports as Ports, importJobId);
  return eventually(`the end of ${messageId}`, async () => {
    const message = (await ports.messages.findInbound(importJobId, messageId))?.value;
    return message && isFinalImport(message) ? message : undefined;
  });
}

/** The rows of the workbook in the package that the export job writes next. */
async function exported(): Promise<(readonly string[])[]> {
  const { ports } = idle;
  await runNow(ports as Ports, exportJobId);
  const file = await eventually("the export", async () => {
    const [message] = (await ports.messages.list(exportJobId, { limit: 1 })).items;
    return message?.direction === "export" && message.isPointerSent ? message.file : undefined;
  });
  const archive = await openPackageZip(
    bytesInMemory(await collectBytes(ports.files.read("outbound", file), megabyte, file)),
  );
  const reader = await openWorkbook(await collectBytes(archive.open("Customer groups.xlsx"), megabyte, "the workbook"));
  return (await collectRows(reader.batches)).map(({ cells }) => cells);
}

describe("a hostile workbook that is pushed to the service", () => {
  const many = (count: number, piece: string) => Array.from({ length: count }, () => piece).join("");
  test.each([
    [
      "that inflates to very much",
      () => workbook({ rows: many(20 * 1024, `<row>${" ".repeat(1024)}</row>`) }),
      /more than 200 times/,
    ],
    ["that is cut short", () => workbook({ rows: rowsOf(header, ["1"]) }).subarray(0, 900), /cannot be read as a zip/],
    ["with a document type", () => workbook({ parts: { "xl/worksheets/sheet1.xml": "<!DOCTYPE a><a/>" } }), /DOCTYPE/],
  ])("is refused by name: one %s, in bounded memory", async (_, make, message) => {
    const file = make();
    const before = await idle.service.peakMemoryBytes();

    const { lastError } = await imported(file);

    expect(lastError).toMatch(message);
    expect((await idle.service.peakMemoryBytes()) - before).toBeLessThan(200 * megabyte);
  });

  test("has its rows rejected, in bounded memory, where few texts make very many long ones", async () => {
    const strings = `<si><t>${"x".repeat(32_000)}</t></si>`;
    const row = "<row><c t='s'><v>0</v></c><c t='s'><v>0</v></c></row>";
    const file = workbook({ rows: rowsOf(header) + many(2500, row), strings });
    const before = await idle.service.peakMemoryBytes();

    const { state, executionId } = await imported(file);

    expect(state).toBe("ProcessedWithErrors");
    expect((await idle.ports.executions.find(executionId!))?.entities[0]).toMatchObject({ failed: 2500 });
    expect((await idle.service.peakMemoryBytes()) - before).toBeLessThan(150 * megabyte);
  });

  test("harms no other: the next one is imported, and comes out as a workbook again", async () => {
    const rows = rowsOf(header, ["10", "=1+1"], ["20", "Retail &amp; more"]);

    expect(await imported(workbook({ rows }))).toMatchObject({ state: "Processed" });
    expect((await exported()).map((cells) => cells.slice(0, 2))).toEqual([
      ["10", "=1+1"],
      ["20", "Retail & more"],
    ]);
  });
});
