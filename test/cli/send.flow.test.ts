import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Surroundings } from "../../cli/surroundings.ts";
import { importJobId, seed } from "../support/definitions.ts";
import { memoryPorts, type TestPorts } from "../support/memoryPorts.ts";
import { memoryService, type TestService } from "./memoryService.ts";
import { run } from "./terminal.ts";

const good = "CustomerGroupId,Description\r\n10,Wholesale\r\n";
const mixed = "CustomerGroupId,Description\r\n20,Retail\r\n,No key\r\n";

let folder: string;
let ports: TestPorts;
let service: TestService;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "send-"));
  ports = memoryPorts();
  service = await memoryService(ports);
  await seed(ports);
  await Promise.all([
    writeFile(path.join(folder, "good.csv"), good),
    writeFile(path.join(folder, "gemischt-ü.csv"), mixed),
  ]);
});

afterEach(() => rm(folder, { recursive: true }));

/** While the command pauses, the service works: each run of the job that is asked for is one that this test asks for. */
async function work(): Promise<void> {
  await service.fetch(new Request(`https://files.example/manage/api/jobs/${importJobId}/run`, { method: "POST" }));
  await ports.drain();
}

const send = (args: readonly string[], changes: Partial<Surroundings> = {}) =>
  run(["send", "--job", importJobId, ...args], { folder, fetch: service.fetch, pause: work, ...changes });

describe("files that are sent", () => {
  test("are messages under their names, and the command does not wait for them", async () => {
    const { code, json } = await send(["good.csv", "gemischt-ü.csv", "--json"]);

    expect(code).toBe(0);
    expect(json.files.map(({ file }: { file: string }) => file)).toEqual(["good.csv", "gemischt-ü.csv"]);
    const names = await Promise.all(
      json.files.map(async ({ messageId }: { messageId: string }) => {
        const message = await service.fetch(new Request(`https://files.example/manage/api/messages/${messageId}`));
        return JSON.parse(await message.text()).externalIdentifier;
      }),
    );
    expect(names).toEqual(["good.csv", "gemischt-ü.csv"]);
  });

  test("are watched until they end; a rejected row is shown, and makes the command fail", async () => {
    const { code, out, err } = await send(["good.csv", "gemischt-ü.csv", "--watch"]);

    expect({ code, err }).toEqual({ code: 1, err: "" });
    const [first, second, row, sum] = out.split("\n");
    expect(first).toMatch(/^good\.csv {2}\S+ {2}Processed {2}Customer groups: 1 read, 1 succeeded, 0 failed$/);
    expect(second).toMatch(/ {2}ProcessedWithErrors {2}Customer groups: 2 read, 1 succeeded, 1 failed$/);
    expect(row).toMatch(/^ {4}gemischt-ü\.csv, line 3: .*CUSTOMERGROUPID/);
    expect(sum).toBe("1 of 2 files went well.");
  });

  test("tell a script the state, the counts and the rejected rows of each", async () => {
    const { code, json } = await send(["gemischt-ü.csv", "--watch", "--json"]);

    expect(code).toBe(1);
    expect(json).toEqual({
      job: importJobId,
      files: [
        {
          file: "gemischt-ü.csv",
          messageId: expect.any(String),
          state: "ProcessedWithErrors",
          entities: [{ entity: "Customer groups", rowsRead: 2, succeeded: 1, failed: 1 }],
          log: [expect.stringContaining("2 records read"), expect.stringContaining("line 3")],
        },
      ],
    });
  });

  test("are one message however often they are sent with --once, and another one without it", async () => {
    const ids = [];
    for (const args of [["--once"], ["--once"], []]) {
      const { json } = await send(["good.csv", "--json", ...args]);
      ids.push(json.files[0].messageId);
    }

    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  test("are sent again under the same key where the answer is lost, and are one message", async () => {
    let lost = 0;
    const fetch = async (request: Request): Promise<Response> => {
      const answer = await service.fetch(request);
      if (request.url.includes("/enqueue/") && lost++ < 2) throw new TypeError("fetch failed");
      return answer;
    };

    const { code } = await send(["good.csv"], { fetch });

    expect(code).toBe(0);
    expect(service.asked.filter((line) => line.includes("/enqueue/"))).toHaveLength(3);
    const list = await service.fetch(new Request(`https://files.example/manage/api/jobs/${importJobId}/messages`));
    expect(JSON.parse(await list.text()).items).toHaveLength(1);
  });

  test("go in blocks, straight to storage, where they are large", async () => {
    const sizeBytes = 33 * 1024 * 1024;
    await writeFile(path.join(folder, "large.csv"), Buffer.alloc(sizeBytes, good));

    const { code, json } = await send(["large.csv", "--json"]);

    expect(code).toBe(0);
    const [{ messageId }] = json.files;
    const message = (await ports.messages.findInbound(importJobId, messageId))?.value;
    expect(message).toMatchObject({ sizeBytes, externalIdentifier: "large.csv", isUnproven: true });
    expect(service.asked.filter((line) => line.includes("/enqueue/"))).toEqual([]);
    // The service takes 10 MB in one piece.
    expect(await send(["large.csv", "--whole"])).toMatchObject({ code: 5, err: "" });
  });

  test("that do not end in time end the command with 6, and stay messages", async () => {
    let now = 0;
    const pause = (ms: number): Promise<void> => Promise.resolve(void (now += ms));

    const { code, out } = await send(["good.csv", "--watch", "--timeout", "2"], { now: () => now, pause });

    expect(code).toBe(6);
    expect(out).toContain("good.csv is Enqueued, and did not end in time.");
  });

  test.each([
    [["--entity", "Nope", "good.csv"], 5, "The job takes no files of this entity."],
    [["--job", "00000000-0000-4000-8000-00000000dead", "good.csv"], 3, "not authorized for this recurring data job"],
  ])("are refused in the words of the service: %j ends with %d", async (args, expected, text) => {
    const { code, out } = await send(args);

    expect(code).toBe(expected);
    expect(out).toContain(text);
  });

  test.each([
    [["nowhere.csv"], "nowhere.csv cannot be read"],
    [["."], ". is no file"],
    [[], "Which files?"],
    [["good.csv", "--job", ""], "Which job?"],
    [["good.csv", "--at-once", "0"], "--at-once"],
    [["good.csv", "--watch", "--timeout", "soon"], "--timeout"],
  ])("are looked at before any of them goes: %j", async (args, reason) => {
    const { code, err } = await send(args);

    expect(code).toBe(2);
    expect(err).toContain(reason);
    expect(service.asked).toEqual([]);
  });

  test("draw a bar each on a terminal, and take it away", async () => {
    const { err } = await send(["good.csv"], { isTerminal: true });

    expect(err).toContain("[....................] 0 B of 43 B");
    expect(err.endsWith("\u001b[1A\u001b[J")).toBe(true);
  });
});
