import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Surroundings } from "../../cli/surroundings.ts";
import { writeZip } from "../../shared/formats/zipWriter.ts";
import { exportJobId, importJobId, seed } from "../support/definitions.ts";
import { memoryPorts, type TestPorts } from "../support/memoryPorts.ts";
import { memoryService, type TestService } from "./memoryService.ts";
import { run } from "./terminal.ts";

let folder: string;
let ports: TestPorts;
let service: TestService;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "pull-"));
  ports = memoryPorts();
  service = await memoryService(ports);
  await seed(ports);
});

afterEach(() => rm(folder, { recursive: true }));

const command = (args: readonly string[], changes: Partial<Surroundings> = {}) =>
  run(args, { folder, fetch: service.fetch, pause: async () => void (await ports.drain()), ...changes });

const pull = (args: readonly string[] = [], changes: Partial<Surroundings> = {}) =>
  command(["pull", "--job", exportJobId, "--to", "packages", "--json", ...args], changes);

/** Exports one package. */
async function makePackage(group = "10"): Promise<string> {
  await writeFile(path.join(folder, "groups.csv"), `CustomerGroupId,Description\r\n${group},Wholesale\r\n`);
  await command(["send", "groups.csv", "--job", importJobId]);
  await command(["run", "--job", importJobId, "--watch"]);
  const { json } = await command(["run", "--job", exportJobId, "--watch", "--json"]);
  return json.messageId;
}

const packages = (): Promise<string[]> => readdir(path.join(folder, "packages"));
const acks = (): number => service.asked.filter((line) => line.includes("/ack/")).length;

/** Answers the download with these bytes in place of the service's. */
function downloading(answer: (request: Request, asked: number) => Response): Surroundings["fetch"] {
  let asked = 0;
  return (request) =>
    request.url.includes("/download/") ? Promise.resolve(answer(request, (asked += 1))) : service.fetch(request);
}

describe("a package that is fetched", () => {
  test("is put under the id of its message, unpacked and acknowledged, each once", async () => {
    const ids = [await makePackage("10"), await makePackage("20")];

    const { code, json } = await pull(["--ack", "--unpack", "files"]);

    expect(code).toBe(0);
    expect(json.messages.map(({ messageId }: { messageId: string }) => messageId)).toEqual(ids);
    expect(json.messages[0]).toMatchObject({ acknowledged: true, entries: expect.arrayContaining(["Manifest.xml"]) });
    expect(await packages()).toEqual(ids.map((id) => `${id}.zip`).toSorted());
    const csv = await readFile(path.join(folder, "files", ids[1]!, "Customer groups.csv"), "utf8");
    expect(csv).toContain("20,Wholesale");
    expect((await pull(["--ack"])).json.messages).toEqual([]);
  });

  test("comes again after its time where it was not acknowledged, and the same file takes its place", async () => {
    const id = await makePackage();

    const first = await pull();
    ports.advance(31 * 60_000);
    const second = await pull(["--unpack", "files"]);
    ports.advance(31 * 60_000);
    const third = await pull(["--unpack", "files", "--ack"]);

    for (const { json } of [first, second, third]) expect(json.messages).toMatchObject([{ messageId: id }]);
    expect(await packages()).toEqual([`${id}.zip`]);
    expect(await readdir(path.join(folder, "files"))).toEqual([id]);
  });

  test("goes on from where the connection broke, and has the bytes of the whole", async () => {
    const id = await makePackage();
    const ranges: (string | null)[] = [];
    const fetch: Surroundings["fetch"] = async (request) => {
      const answer = await service.fetch(request);
      if (!request.url.includes("/download/")) return answer;
      ranges.push(request.headers.get("range"));
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const isLast = ranges.length > 2;
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(isLast ? bytes : bytes.slice(0, 100));
          if (isLast) controller.close();
        },
        pull: (controller) => controller.error(new TypeError("terminated")),
      });
      return new Response(body, answer);
    };

    const { code } = await pull(["--ack"], { fetch });

    expect(code).toBe(0);
    expect(ranges).toEqual([null, "bytes=100-", "bytes=200-"]);
    const content = await readFile(path.join(folder, "packages", `${id}.zip`));
    expect(content.subarray(0, 2).toString()).toBe("PK");
    expect((await command(["run", "--job", exportJobId])).code).toBe(0);
  });

  test("that stays in parts is given up: nothing lies there, and nothing is acknowledged", async () => {
    await makePackage();
    const cut = () => new Response("half", { headers: { "content-length": "100", etag: '"1"' } });

    const { code, err } = await pull(["--ack"], { fetch: downloading(cut) });

    expect(code).toBe(1);
    expect(err).toContain("of 100 bytes came");
    expect(await packages()).toEqual([]);
    expect(acks()).toBe(0);
  });

  test("whose entries would leave their folder is not unpacked, and not acknowledged", async () => {
    const id = await makePackage();
    const entries = async function* () {
      yield { name: "xx/evil.csv", bytes: Buffer.from("x") };
    };
    const zip = await buffer(writeZip(entries(), { modifiedAt: 0 }));
    const text = zip.toString("latin1").replaceAll("xx/evil.csv", "../evil.csv");
    const bytes = Buffer.from(text, "latin1");

    const { code, err } = await pull(["--ack", "--unpack", "files"], { fetch: downloading(() => new Response(bytes)) });

    expect(code).toBe(1);
    expect(err).toContain("..");
    expect(await readdir(path.join(folder, "files"))).toEqual([]);
    expect(await readdir(folder)).not.toContain("evil.csv");
    expect(await packages()).toEqual([`${id}.zip`]);
    expect(acks()).toBe(0);
  });

  test("is asked for at the service's own host alone, whatever address the answer has", async () => {
    await makePackage();
    const hosts = new Set<string>();
    const fetch: Surroundings["fetch"] = async (request) => {
      hosts.add(new URL(request.url).host);
      const answer = await service.fetch(request);
      if (!request.url.includes("/dequeue/") || answer.status === 204) return answer;
      return new Response((await answer.text()).replace("files.example", "evil.example"), answer);
    };

    const { code } = await pull(["--ack"], { fetch });

    expect(code).toBe(0);
    expect([...hosts]).toEqual(["files.example"]);
  });

  test("is not fetched further than was said", async () => {
    await makePackage("10");
    await makePackage("20");

    expect((await pull(["--max", "1"])).json.messages).toHaveLength(1);
    expect((await pull(["--max", "0"])).code).toBe(2);
  });
});
