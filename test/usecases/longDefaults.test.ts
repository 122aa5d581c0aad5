import { expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { StagingArea } from "../../shared/ports/staging.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { customerGroups, importJob, operator, seed } from "../support/definitions.ts";
import { memoryPorts } from "../support/memoryPorts.ts";
import { define, defineLines, look, push } from "./world.ts";

const defaults = Array.from({ length: 20 }, (_, index) => `D${index}`);
const entity: DataEntity = {
  ...customerGroups,
  fields: ["ID", ...defaults].map((name, index) => ({
    name,
    type: "string",
    isKey: index === 0,
    isRequired: index === 0,
  })),
};

test("records that are far longer than their rows, by their default values, go on in pieces of bounded size", async () => {
  const ports = memoryPorts();
  await seed(ports);
  await define(ports, "entity", entity.name, entity);
  const fieldMap = [
    { field: "ID", column: "ID", ignoreBlank: false },
    ...defaults.map((field) => ({ field, defaultValue: "x".repeat(100), ignoreBlank: false })),
  ];
  await defineLines(ports, [{ fieldMap }]);
  let longestBytes = 0;
  const staging: StagingArea = {
    ...ports.staging,
    open(executionId) {
      const opened = ports.staging.open(executionId);
      const add: typeof opened.add = (batch) => {
        longestBytes = Math.max(longestBytes, batch.ends[batch.count - 1] ?? 0);
        return opened.add(batch);
      };
      return { ...opened, add };
    },
  };
  const messageId = await push(ports, `ID\n${Array.from({ length: 2000 }, (_, index) => `${index}\n`).join("")}`);

  await runJobNow(ports, importJob.activityId, operator);
  await ports.drain({ staging });

  const { execution } = await look(ports, messageId);
  expect(execution?.entities[0]).toMatchObject({ created: 2000, failed: 0 });
  expect(longestBytes).toBeGreaterThan(0);
  expect(longestBytes).toBeLessThan(300_000);
});
