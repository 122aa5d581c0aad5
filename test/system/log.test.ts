import { InvocationContext } from "@azure/functions";
import { describe, expect, test } from "vitest";
import { systemLog, withinInvocation } from "../../shared/system/log.ts";

interface Line {
  readonly level: string;
  readonly text: string;
}

/** What is logged within one invocation, at once or later. */
async function linesOf(run: () => Promise<void> | void): Promise<readonly Line[]> {
  const lines: Line[] = [];
  const context = new InvocationContext({
    invocationId: "1",
    functionName: "f",
    logHandler: (level, ...texts) => void lines.push({ level, text: String(texts[0]) }),
  });
  await withinInvocation(context, async () => run());
  return lines;
}

describe("the log", () => {
  test("writes one line of JSON an event, in the host's words for its level", async () => {
    const lines = await linesOf(async () => {
      await Promise.resolve();
      systemLog.info("entity.compacted", { entityId: "e", isDone: true });
      systemLog.warn("telemetry.failed", {});
      systemLog.error("upkeep.failed", { part: "sweepClaims" }, new TypeError("broken"));
    });

    expect(lines.map(({ level }) => level)).toEqual(["information", "warning", "error"]);
    expect(JSON.parse(lines[0]!.text)).toEqual({ event: "entity.compacted", entityId: "e", isDone: true });
    expect(JSON.parse(lines[2]!.text)).toMatchObject({
      event: "upkeep.failed",
      part: "sweepClaims",
      error: "broken",
      stack: expect.stringContaining("log.test"),
    });
  });

  test("lets no value forge a line of its own", async () => {
    const [line] = await linesOf(() => {
      systemLog.info("telemetry.failed", { reason: 'x\r\n{"event":"forged"}\u2028\u0000' });
    });

    expect(line!.text.split(/[\r\n]/)).toHaveLength(1);
    expect(JSON.parse(line!.text)).toHaveProperty("event", "telemetry.failed");
  });

  test("takes whatever was thrown", async () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    const thrown = ["text", { code: 5 }, circular, 10n, null, Symbol("s"), undefined];
    const lines = await linesOf(() => {
      for (const error of thrown) systemLog.error("telemetry.failed", {}, error);
    });

    expect(lines.map(({ text }) => (JSON.parse(text) as { error?: string }).error)).toEqual([
      "text",
      '{"code":5}',
      "object",
      "bigint",
      "null",
      "symbol",
      undefined,
    ]);
  });
});
