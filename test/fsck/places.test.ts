import { beforeEach, describe, expect, test } from "vitest";
import { outboundQueueName, queueNames } from "../../shared/storage/ground/names.ts";
import { exportJobId, seed } from "../support/definitions.ts";
import { memoryPorts, type TestPorts } from "../support/memoryPorts.ts";
import { allPlaces, check } from "../support/fsck.ts";

const noJobId = "00000000-0000-4000-8000-00000000dead";

let ports: TestPorts;
beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

const look = (options: Parameters<typeof check>[1] = {}) => check({ ports, ground: ports.ground }, options);

describe("a storage", () => {
  test("in which all places are there is whole", async () => {
    expect(await look()).toEqual([]);
  });

  test("lacks each table, container and queue that is not there", async () => {
    const places = { tables: allPlaces.tables.slice(1), containers: [], queues: [queueNames.work] };

    const found = await look({ places });

    expect(found.map(({ kind, place, repair }) => `${kind} ${place} ${repair}`)).toEqual(
      [allPlaces.tables[0], ...allPlaces.containers, queueNames.workPoison].map(
        (name) => `missingPlace ${name} possible`,
      ),
    );
  });

  test("that nobody deployed gets its places as they are used, and lacks none", async () => {
    expect(await look({ places: { tables: [], containers: [], queues: [] }, isDeployed: false })).toEqual([]);
  });

  test("tells of work that was given up as long as nobody puts it away", async () => {
    const poison = ports.ground.queue(queueNames.workPoison);
    await poison.send("{}");
    const putAway = async () => {
      const [item] = await poison.receive(1, 60_000);
      await poison.remove(item!.id, item!.popReceipt);
    };

    expect(await look()).toMatchObject([{ kind: "deadWork", place: queueNames.workPoison, repair: "none" }]);
    expect(await look({ pause: putAway })).toEqual([]);
  });

  test("keeps the queue of a job, and loses that of a job which is no more", async () => {
    const [own, dead] = [outboundQueueName(exportJobId), outboundQueueName(noJobId)];
    await ports.outbox.send(noJobId, noJobId);
    const places = { ...allPlaces, queues: [...allPlaces.queues, own, dead] };

    expect(await look({ places })).toMatchObject([{ kind: "queueOfNoJob", place: dead, repair: "possible" }]);
    expect(await look({ places, repairs: true })).toMatchObject([{ place: dead, repair: "mended" }]);
    expect(await ports.ground.queue(dead).count()).toBe(0);
  });
});
