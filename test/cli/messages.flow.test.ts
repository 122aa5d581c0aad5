import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { exportJobId, importJob, importJobId, seed } from "../support/definitions.ts";
import { memoryPorts, type TestPorts } from "../support/memoryPorts.ts";
import { define } from "../usecases/world.ts";
import { memoryService, type TestService } from "./memoryService.ts";
import { run } from "./terminal.ts";

let folder: string;
let ports: TestPorts;
let service: TestService;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "messages-"));
  ports = memoryPorts();
  service = await memoryService(ports);
  await seed(ports);
});

afterEach(() => rm(folder, { recursive: true }));

const command = (...args: readonly string[]) =>
  run(args, { folder, fetch: service.fetch, pause: async () => void (await ports.drain()) });

/** Sends a text as a file, and answers the id of its message. */
async function send(text: string): Promise<string> {
  await writeFile(path.join(folder, "groups.csv"), text);
  const { json } = await command("send", "groups.csv", "--job", importJobId, "--json");
  return json.files[0].messageId;
}

const rejecting = "CustomerGroupId,Description\r\n20,Retail\r\n,No key\r\n";

describe("a message on the command line", () => {
  test("is watched to its end by who manages, and by the client of its job", async () => {
    const id = await send("CustomerGroupId,Description\r\n10,Wholesale\r\n");
    await command("run", "--job", importJobId);

    const managed = await command("watch", id.toUpperCase());
    const asClient = await command("watch", id, "--job", importJobId, "--json");

    expect(managed).toMatchObject({ code: 0, out: `${id}  Processed  Customer groups: 1 read, 1 succeeded, 0 failed` });
    expect(asClient).toMatchObject({ code: 0, json: { messages: [{ id, state: "Processed" }] } });
  });

  test("that is watched and rejects rows makes the command fail, and its status does not", async () => {
    const id = await send(rejecting);
    await command("run", "--job", importJobId);

    expect((await command("watch", id)).code).toBe(1);
    const status = await command("status", id);

    expect(status.code).toBe(0);
    expect(status.out).toMatch(/ProcessedWithErrors.*\n {4}groups\.csv, line 3: /);
  });

  test("is not begun by a service that drains, which says so, and what workers still have", async () => {
    const id = await send("CustomerGroupId,Description\r\n10,Wholesale\r\n");
    const settings = { ...ports.settings, isDraining: true };
    const { fetch } = await memoryService({ ...ports, settings });
    const statusOfDraining = (...more: readonly string[]) => run(["status", ...more], { folder, fetch });

    expect((await statusOfDraining()).out).toMatch(
      /^The service drains \(DrainMode\): no worker has a message\. Calls of webhooks and upkeep are not counted\.\n/,
    );
    const seen: string[] = [];
    const upsert: TestPorts["entities"]["upsert"] = async (...given) => {
      seen.push((await statusOfDraining()).out);
      return ports.entities.upsert(...given);
    };
    await importMessage({ ...ports, entities: { ...ports.entities, upsert } }, importJobId, id);

    expect(seen[0]).toMatch(/^The service drains \(DrainMode\): workers still have 1 message\. /);
    expect((await statusOfDraining("--json")).json.draining).toEqual({ isWithoutMessages: true, count: 0 });
    expect((await command("status")).out).not.toContain("DrainMode");
  });

  test("tells in its log each state, and the rows that were rejected with their cells", async () => {
    const id = await send(rejecting);
    await command("run", "--job", importJobId);
    await ports.drain();

    const { code, out } = await command("logs", id);

    expect(code).toBe(0);
    for (const state of ["Enqueued", "PreProcessing", "Processing", "ProcessedWithErrors"])
      expect(out).toContain(state);
    expect(out).toContain("Customer groups, groups.csv: 2 read, 1 succeeded, 1 failed");
    expect(out).toMatch(/Customer groups, line 3: CustomerGroupId=, Description=No key/);
    const runs = await command("logs", "--job", importJobId, "--json");
    expect(runs.json.runs).toMatchObject([{ messageId: id, state: "finishedWithErrors" }]);
  });

  test("is processed again when it failed, with the rejected rows alone where that was said", async () => {
    const id = await send(rejecting);
    await command("run", "--job", importJobId);
    await ports.drain();

    const { code, out } = await command("retry", id, "--rejected", "--watch");

    expect(code).toBe(1);
    expect(out).toMatch(/ProcessedWithErrors {2}Customer groups: 1 read, 0 succeeded, 1 failed/);
  });

  test("of whom the service knows nothing is said so, beside what became of the others", async () => {
    const id = await send(rejecting);
    const unknown = "00000000-0000-4000-8000-00000000dead";

    const { code, out } = await command("status", id, unknown);

    expect(code).toBe(5);
    expect(out.split("\n")[0]).toContain("Enqueued");
    expect(out.split("\n").at(-1)).toContain(`${unknown}  `);
  });

  test("is retried with all that are parked in its job", async () => {
    await define(ports, "job", importJobId, { ...importJob, attemptsMax: 1 });
    const id = await send(rejecting);
    const upsert = () => Promise.reject(new Error("the disk is full"));
    const broken = { ...ports, entities: { ...ports.entities, upsert } };
    await importMessage(broken, importJobId, id).catch(() => undefined);
    expect((await command("watch", id)).out).toContain("Parked: ");

    const { code, json } = await command("retry", "--job", importJobId, "--json");

    expect({ code, json }).toEqual({ code: 0, json: { job: importJobId, retried: [id], skipped: [] } });
  });
});

describe("a job on the command line", () => {
  test("is run, and the command waits until its file is there", async () => {
    await send("CustomerGroupId,Description\r\n10,Wholesale\r\n");
    await command("run", "--job", importJobId, "--watch");

    const { code, json } = await command("run", "--job", exportJobId, "--watch", "--json");

    expect(code).toBe(0);
    expect(json).toMatchObject({ job: exportJobId, state: "finished", messageId: expect.any(String) });
  });

  test("stands among all jobs, with what it has open", async () => {
    await send(rejecting);

    const all = await command("status", "--json");
    const one = await command("status", "--job", importJobId);

    expect(all.json).toMatchObject({ waiting: 1, parked: 0 });
    expect(all.json.jobs).toContainEqual(expect.objectContaining({ name: "Customer groups in", waiting: 1 }));
    expect(one.out).toMatch(/^Customer groups in: import by the project Customer group import, enabled\n/);
    expect(one.out).toMatch(/Enqueued {2}.* {2}groups\.csv$/);
  });
});

describe("a job that is followed", () => {
  test("tells each change of its messages once, a JSON object on each line, until Ctrl-C", async () => {
    const id = await send(rejecting);
    const interrupt = new AbortController();
    let looks = 0;
    const pause = async (): Promise<void> => {
      looks += 1;
      if (looks === 2) await command("run", "--job", importJobId);
      await ports.drain();
      if (looks > 4) interrupt.abort();
      interrupt.signal.throwIfAborted();
    };

    const args = ["watch", "--job", importJobId, "--json"];
    const { code, out } = await run(args, { fetch: service.fetch, pause, signal: interrupt.signal });

    expect(code).toBe(130);
    const told = out.split("\n").map((line): { id: string; state: string } => JSON.parse(line));
    expect(told.map((message) => message.id)).toEqual([id, id]);
    expect(told.map(({ state }) => state)).toEqual(["Enqueued", "ProcessedWithErrors"]);
  });
});

describe("a list on a terminal", () => {
  test("shows nothing that acts on the terminal", async () => {
    await writeFile(path.join(folder, "a.csv"), rejecting);
    const hostile = "\u001b[2J\u202egnp.exe";
    const fetch = async (request: Request): Promise<Response> => {
      const answer = await service.fetch(request);
      const text = await answer.text();
      return new Response(text.replaceAll("Customer groups in", JSON.stringify(hostile).slice(1, -1)), answer);
    };

    const { out } = await run(["status"], { fetch });

    expect(out).toContain("\ufffd[2J\ufffdgnp.exe");
    expect(out).not.toContain("\u001b");
  });
});
