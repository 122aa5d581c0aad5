import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable } from "node:stream";
import { describe, expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..", "..");
const launcher = path.join(root, "local", "run.mjs");

interface Launched {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  readonly lines: Interface;
  readonly nextLine: () => Promise<string>;
}

function launch(...args: string[]): Launched {
  // As from a shell: npm's own variables would make the launcher watch for the end of a parent that is not npm's.
  const { npm_lifecycle_event: _, ...env } = process.env;
  const launched = spawn(process.execPath, [launcher, ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  const lines = createInterface({ input: launched.stdout });
  const iterator = lines[Symbol.asyncIterator]();
  return { process: launched, lines, nextLine: async () => String((await iterator.next()).value) };
}

describe("the launcher", () => {
  test("runs a script on Node 24 with its arguments, and ends with its exit code", async () => {
    const launched = launch("test/local/fixtures/launched.ts", "--flag", "two words");

    expect(await launched.nextLine()).toBe("ready node 24 arguments --flag|two words");
    launched.process.kill("SIGTERM");

    expect(await once(launched.process, "exit")).toEqual([7, null]);
  });

  test.skipIf(process.platform === "win32")(
    "passes on a signal once when it comes again at once, as npm repeats it",
    async () => {
      const launched = launch("test/local/fixtures/launched.ts");
      await launched.nextLine();

      launched.process.kill("SIGINT");
      expect(await launched.nextLine()).toBe("SIGINT");
      launched.process.kill("SIGINT");
      launched.process.kill("SIGTERM");

      expect(await launched.nextLine()).toBe("undefined");
    },
  );

  test("that is killed lets its child know", async () => {
    const launched = launch("test/local/fixtures/launched.ts");
    await launched.nextLine();

    launched.process.kill("SIGKILL");

    expect(await launched.nextLine()).toBe("disconnect");
  });

  test("finds a tool by the name of its package", async () => {
    const launched = launch("vitest", "--version");

    expect(await launched.nextLine()).toMatch(/^vitest\/5\./);
  });

  test("says so when there is no such tool", async () => {
    const launched = launch("no-such-tool");
    const [text] = await once(launched.process.stderr, "data");

    expect(String(text)).toContain('"no-such-tool" is neither a script');
    expect((await once(launched.process, "exit"))[0]).toBe(1);
  });
});
